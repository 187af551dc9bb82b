"""To answer a question: what is said of each answer, by which keys, with what help."""

from __future__ import annotations

import pytest


# -- right, wrong, and unreadable -------------------------------------------------------------------------------
def test_a_right_answer_a_slip_and_what_cannot_be_read_are_told_apart(ask):
    asked = ask("fill")
    asked.box("∂f/∂x").fill("-4")
    asked.box("∂f/∂y").fill("minus")
    asked.box("∂f/∂z").fill("-4*1")
    asked.press("check")
    assert asked.verdict("∂f/∂x") == ("correct", "✓ ∂f/∂x: Correct.")
    status, text = asked.verdict("∂f/∂y")
    assert (status, "did not count" in text) == ("unreadable", True)
    status, text = asked.verdict("∂f/∂z")
    assert status == "wrong"
    assert text.startswith("✗ ∂f/∂z: Read as −4. Not yet. This looks like upstream times z itself.")
    assert asked.verdict("∂f/∂q")[0] == "unanswered"
    assert asked.root.locator(".bpw-spot .bpw-mark").all_inner_texts() == ["✓", "?", "✗", "·"]
    assert asked.root.locator(".bpw-said").inner_text() == asked.live() == "Gradients: 1 of 4 correct"
    assert asked.box("∂f/∂z").get_attribute("aria-invalid") == "true"
    assert "3" not in text, "the right number is not given away"


def test_what_cannot_be_read_costs_nothing(ask):
    asked = ask("fill")
    asked.box("∂f/∂y").fill("minus")
    asked.box("∂f/∂y").press("Enter")
    assert asked.verdict("∂f/∂y")[0] == "unreadable"
    assert not asked.question.report.is_try


def test_a_verdict_is_of_what_stood_there_until_that_stands_there_again(ask):
    asked = ask("fill")
    asked.box("∂f/∂x").fill("3")
    asked.box("∂f/∂x").press("Enter")
    assert asked.verdict("∂f/∂x")[0] == "wrong"
    asked.box("∂f/∂x").fill("31")
    status, text = asked.verdict("∂f/∂x")
    assert (status, text[:9]) == ("", "… ∂f/∂x: ")
    assert "Before you changed it: Not yet." in text
    asked.box("∂f/∂x").fill("3")
    assert asked.verdict("∂f/∂x")[0] == "wrong"


def test_to_check_one_box_leaves_what_was_said_of_the_others(ask):
    asked = ask("fill")
    asked.box("∂f/∂x").fill("3")
    asked.box("∂f/∂y").fill("-4")
    asked.press("check")
    asked.box("∂f/∂z").fill("3")
    asked.box("∂f/∂z").press("Enter")
    assert [asked.verdict(f"∂f/∂{name}")[0] for name in "xyzq"] == ["wrong", "correct", "correct", "unanswered"]
    assert asked.live() == "∂f/∂z: Correct."
    assert asked.root.locator(".bpw-said").inner_text() == "Gradients: 2 of 4 correct"


def choose_all(asked):
    for place in range(3):
        asked.root.locator("fieldset").nth(place).locator("input").nth(place).check()


@pytest.mark.parametrize(
    ("kind", "act", "status"),
    [
        ("three", choose_all, "correct"),
        (
            "order",
            lambda asked: [asked.root.locator(".bpw-chips").get_by_text(item).click() for item in "frq"],
            "correct",
        ),
        ("cells", lambda asked: [asked.root.locator("td button").nth(place).click() for place in (0, 3)], "correct"),
        ("dead", lambda asked: asked.root.get_by_label("none of these").check(), "wrong"),
        ("arrays", lambda asked: asked.box("∂f/∂W").fill("1 2; 0 0"), "correct"),
        ("derive", lambda asked: asked.box("∂L/∂p2").fill("-1/p2"), "correct"),
    ],
)
def test_every_way_to_answer_reaches_python_and_comes_back(ask, kind, act, status):
    asked = ask(kind)
    act(asked)
    asked.press("check")
    first = asked.root.locator("[aria-describedby]").first
    assert first.get_attribute("data-status") == status
    before = asked.standing()
    asked.show()  # a second view, made from what Python holds
    assert asked.standing() == before


def test_code_is_answered_in_a_cell_and_its_report_is_shown(ask):
    asked = ask("code")
    assert asked.root.locator(".bpw-in-code").inner_text() == "Answer in a code cell: q.check(function=...)"
    asked.question.check(function=3)
    asked.push()
    assert asked.root.locator(".bpw-verdict").get_attribute("data-status") == "unreadable"


# -- keys -------------------------------------------------------------------------------------------------------
def test_tab_goes_from_box_to_box_and_enter_checks_the_one(ask, page):
    asked = ask("edges")
    asked.root.locator(".bpw-stage").focus()
    order = []
    for _ in asked.question.task.boxes:
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert order == [box.label for box in asked.question.task.boxes]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "check"
    asked.box("∂q/∂y").fill("3")
    asked.box("∂q/∂y").dispatch_event("keydown", {"key": "Enter", "isComposing": True})  # it ends a Korean syllable
    said = asked.root.locator(".bpw-verdict:not([hidden])")
    assert said.count() == 0
    page.keyboard.press("Enter")
    said.first.wait_for()
    assert said.all_inner_texts() == ["✓\n∂q/∂y: Correct."]


def test_no_key_reaches_the_notebook_but_its_own_shortcuts(ask, page):
    asked = ask("fill")
    for place in (asked.box("∂f/∂x"), asked.root.locator("button.check"), asked.root.locator(".bpw-stage")):
        place.focus()
        for key in ("b", "x", "d", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "Shift+A"):
            page.keyboard.press(key)
    asked.box("∂f/∂x").focus()
    for key in ("Control+a", "Control+z", "Shift+Enter", "Control+Enter"):
        page.keyboard.press(key)
    assert set(page.evaluate("leaked")) <= {"Shift", "Control"}
    page.keyboard.press("Control+s")
    assert page.evaluate("leaked").count("s") == 1


def test_arrows_go_from_cell_to_cell(ask, page):
    asked = ask("cells")
    asked.root.locator("td button").first.focus()
    for key in ("ArrowRight", "ArrowDown", "Space", "ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "∂z1/∂x1"
    assert asked.root.locator("td button").nth(3).get_attribute("aria-pressed") == "true"


# -- help -------------------------------------------------------------------------------------------------------
def test_hints_lead_on_and_belong_to_the_box_one_is_in(ask):
    asked = ask("fill")
    asked.press("hint")
    assert asked.root.locator(".bpw-note").inner_text().startswith("Hint 1 of 4, ∂f/∂x:")
    asked.box("∂f/∂z").focus()
    asked.press("hint")
    asked.press("hint")
    text = asked.root.locator(".bpw-note").inner_text()
    assert text.startswith("Hint 2 of 4, ∂f/∂z:")
    assert text.endswith("Press “Hint” again for the next one.")
    assert asked.live() == text.split("\n")[0]
    asked.press("solution")
    assert len(asked.root.locator(".bpw-note").inner_text().splitlines()) == 5


def test_new_numbers_empty_the_boxes_and_the_old_answers_stay_on_record(ask):
    asked = ask("fill")
    asked.box("∂f/∂x").fill("-4")
    asked.press("check")
    asked.press("another")
    asked.root.locator(".bpw-variant").wait_for()
    assert asked.box("∂f/∂x").input_value() == ""
    assert asked.page.evaluate("document.activeElement.className") == "another"
    assert asked.question.code in asked.live()
    asked.question.variant("given")
    asked.push()
    assert asked.box("∂f/∂x").input_value() == "-4"


def test_answers_are_copied_as_code_or_shown_where_that_is_not_allowed(ask, page):
    asked = ask("fill")
    asked.box("∂f/∂x").fill('"-4')
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    asked.press("copy")
    assert page.evaluate("copied") == 'q.check(x="\\"-4")'
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    asked.press("copy")
    line = asked.root.locator(".bpw-code-line")
    line.wait_for()
    assert line.input_value() == 'q.check(x="\\"-4")'
    assert page.evaluate("getSelection().toString()") == line.input_value()

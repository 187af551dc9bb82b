"""What a student typed is never lost: to a late report, a dead kernel, or a second view."""

from __future__ import annotations


def test_a_report_that_comes_late_neither_overwrites_nor_takes_the_focus(ask, page):
    asked = ask("fill")
    asked.box("∂f/∂x").fill("-4")
    page.evaluate("model.held = []")
    asked.box("∂f/∂x").press("Enter")
    asked.box("∂f/∂x").fill("-44")
    asked.box("∂f/∂y").fill("7")
    page.keyboard.press("Tab")
    page.keyboard.type("8")
    page.evaluate("model.release()")
    asked.root.locator(".bpw-verdict:not([hidden])").wait_for()
    assert [asked.box(f"∂f/∂{name}").input_value() for name in "xyz"] == ["-44", "7", "8"]
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "∂f/∂z"
    assert asked.verdict("∂f/∂x")[0] == ""


def test_what_code_answers_is_shown_in_the_boxes(ask):
    asked = ask("fill")
    asked.box("∂f/∂x").fill("1")
    asked.box("∂f/∂y").focus()
    asked.question.check(x=-4, z="3")
    asked.push()
    assert [asked.box(f"∂f/∂{name}").input_value() for name in "xyz"] == ["-4", "", "3"]


def test_without_a_kernel_it_says_so_and_keeps_the_text(ask, page):
    asked = ask("fill")
    asked.box("∂f/∂x").fill("-4")
    page.evaluate("model.isDead = true")
    asked.press("check")
    assert asked.live().startswith("There is no kernel")
    assert asked.root.locator(".bpw-said").inner_text() == asked.live()
    assert asked.box("∂f/∂x").input_value() == "-4"


def test_a_kernel_that_does_not_answer_is_spoken_of_until_it_does(ask, page):
    page.clock.install()
    asked = ask("fill")
    asked.box("∂f/∂x").fill("-4")
    page.evaluate("model.held = []")
    asked.press("check")
    page.wait_for_function("model.held.length >= 2")
    assert asked.live() == ""
    page.clock.fast_forward(6000)
    assert asked.live().startswith("The kernel has not answered yet")
    page.evaluate("model.release()")
    assert asked.root.locator(".bpw-said").inner_text() == asked.live() == "Gradients: 1 of 4 correct"


def test_what_was_not_checked_outlives_the_kernel(ask, page, tmp_path):
    asked = ask("fill")
    asked.box("∂f/∂x").fill("-4")
    asked.press("check")
    asked.box("∂f/∂y").fill("-4*1")
    asked.box("∂f/∂z").focus()
    asked.restart(tmp_path)
    assert asked.question.value == {"x": "-4"}
    asked.show()
    assert asked.box("∂f/∂y").input_value() == "-4*1"
    page.wait_for_function("model.state.answers.y === '-4*1'")
    assert asked.question.value == {"x": "-4", "y": "-4*1"}


def test_two_views_stay_in_step_and_one_that_is_gone_listens_no_more(ask, page):
    asked = ask("fill")
    listeners = page.evaluate("model.listeners()")
    asked.show()
    one, other = page.locator(".bpw-exercise").all()
    one.get_by_label("∂f/∂x").fill("-4")
    one.get_by_label("∂f/∂x").press("Enter")
    assert other.get_by_label("∂f/∂x").input_value() == "-4"
    assert other.locator(".bpw-verdict:not([hidden])").inner_text() == "✓\n∂f/∂x: Correct."
    page.evaluate("document.querySelector('.view').takeDown()")
    assert page.evaluate("model.listeners()") == listeners
    asked.press("hint")
    assert page.locator(".bpw-note:not([hidden])").count() == 1

"""Predict mode: the student says what comes before it is shown; on a page, and with Python behind it."""

from __future__ import annotations

import pytest

from backprop_widgets import record

X, Q, F = "e0", "e3", "e4"
WIDGET = "from backprop_widgets import step_through\nstep_through('(x + y) * z', x=-2, y=5, z=-4, predict=True)"
SLIP = "This looks like upstream times q itself. Which value does the gate × hand back to q?"


class Asked:
    """A player in predict mode."""

    def __init__(self, player):
        self.player = player
        self.root = player.root
        self.input = player.root.locator(".bpw-ask input")
        self.said = player.root.locator(".bpw-said")
        self.tally = player.root.locator(".bpw-tally")

    def turn_on(self, word="Predict"):
        self.root.locator("button.toggle", has_text=word).click()
        return self

    def press(self, word):
        self.root.locator(".bpw-ask button", has_text=word).click()

    def type(self, text):
        """Type an answer over what stands there, and commit it."""
        self.input.fill(text)
        self.player.press("Enter")

    def question(self):
        return self.root.locator(".bpw-asked").text_content().strip()

    def next(self, *answers):
        self.player.next()
        for text in answers:
            self.type(text)

    def focused(self):
        return self.player.page.evaluate("document.activeElement.className || document.activeElement.tagName")


@pytest.fixture
def predict(play):
    """Open a trace as a page, in predict mode."""
    return lambda trace, word="Predict": Asked(play(trace)).turn_on(word)


def test_off_by_default_nothing_is_asked(play):
    asked = Asked(play("main"))
    asked.player.next()
    assert asked.player.stop() == 1
    assert not asked.root.locator(".bpw-ask").is_visible()


def test_a_number_is_asked_for_hinted_at_and_shown_when_it_is_right(predict):
    asked = predict("main")
    asked.player.button("next").focus()
    asked.player.press("Enter")
    assert asked.question() == "What is q = x + y?"
    assert asked.focused() == "INPUT"
    assert asked.player.numbers("value", Q) == ["?"]
    asked.player.press("7", "Enter")
    assert asked.said.text_content() == "Not yet. Which numbers go into the gate +, and what does it do with them?"
    assert asked.player.numbers("value", Q) == ["?"]
    assert asked.player.stop() == 0
    asked.player.press("3", "Enter")  # over the wrong number, which is selected
    assert asked.player.numbers("value", Q) == ["3"]
    assert asked.said.text_content() == "Right. Your prediction: 3."
    assert asked.focused() == "next"
    assert "0 right on the first try, 1 right later" in asked.tally.text_content()


def test_a_slip_is_named_and_the_tally_tells_how_it_went(predict):
    asked = predict("main")
    asked.next("3")
    asked.next("-12.0")
    asked.next("1")
    asked.next("3")
    assert SLIP in asked.said.text_content()
    asked.press("Show me")
    assert asked.player.numbers("gradient", Q, X) == ["−4", ""]
    asked.next()
    assert asked.root.locator(".gate .role >> visible=true").count() == 0
    asked.press("Not sure")
    assert asked.root.locator(".gate .role >> visible=true").count() == 2
    assert asked.player.numbers("gradient", X) == ["−4"]
    expected = "Predicted 4: 3 right on the first try, 0 right later, 1 shown. Not sure: 1."
    assert asked.tally.text_content() == expected
    asked.press("Ask me again")
    assert (asked.player.stop(), asked.tally.text_content()) == (0, "")


def test_what_cannot_be_read_costs_nothing(predict):
    asked = predict("main")
    asked.next("three", "2*3", "1e5", "1,000", "", "0x3")
    assert "type a plain number" in asked.said.text_content()
    assert not asked.root.locator(".bpw-ask button.show").is_visible()
    asked.type("+3,0")
    assert "1 right on the first try" in asked.tally.text_content()


@pytest.mark.parametrize(("typed", "said"), [("0.37", "Right so far."), ("0.3679", "Right."), ("0.4", "Not yet.")])
def test_digits_are_compared_as_python_compares_them(predict, typed, said):
    asked = predict(record("exp(x)", x=-1))
    asked.next(typed)
    assert asked.said.text_content().startswith(said)


def test_a_branch_a_sign_and_a_role_are_chosen_by_keyboard(predict):
    asked = predict(record("exp(max(x, y) + y)", x=0.5, y=-2))
    asked.player.press("End")
    asked.player.press("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    asked.player.button("next").focus()
    kinds = []
    for choice in ("positive", "distributor", "x"):
        asked.player.press("ArrowRight")
        kinds.append(asked.question())
        asked.root.locator(".bpw-options").get_by_text(choice, exact=True).focus()
        asked.player.press("Enter")
        assert asked.said.text_content().startswith("Right.")
    asked_for = [next(word for word in kind.split() if word in {"sign", "role", "input"}) for kind in kinds]
    assert asked_for == ["sign", "role", "input"]


def test_a_shape_is_asked_of_an_array(predict):
    asked = predict("matrices")
    asked.next("two", "3")
    assert asked.said.text_content().startswith("Not yet.")
    asked.type("(2,)")
    assert asked.said.text_content().startswith("Right.")


@pytest.mark.parametrize("word", ["Predict", "예측"])
def test_once_a_shape_was_asked_one_entry_is(play, word):
    language = "en" if word == "Predict" else "ko"
    arrays = {"W": [[1, 2, 3], [4, 5, -6]], "x": [1, 0.5, -1], "b": [0.1, -0.2]}
    trace = record("L = sum(relu(W @ x + b))", arrays, locale=language)
    asked = Asked(play(trace, step=14)).turn_on(word)
    asked.next()
    assert "[1, 2]" in asked.question()
    asked.type("3")
    assert "not-yet" in asked.said.get_attribute("class")
    asked.type("-1")
    assert "right" in asked.said.get_attribute("class")


def test_the_arrows_move_the_caret_and_what_was_typed_stays(predict):
    asked = predict("main")
    asked.next("3")
    asked.next()
    asked.player.press("1", "2", "Home", "-", "ArrowRight", "ArrowLeft")
    assert asked.input.input_value() == "-12"
    assert asked.player.stop() == 1
    asked.player.button("previous").click()
    assert asked.player.numbers("value", F) == [""]
    asked.player.next()  # what was answered is not asked again
    asked.player.next()
    assert asked.input.input_value() == "-12"


def test_playing_stops_at_a_question(page, predict):
    page.clock.install(time=0)
    asked = predict("main")
    asked.player.button("play").click()
    page.clock.run_for(5000)
    assert asked.player.stop() == 0
    assert asked.question() == "What is q = x + y?"
    assert asked.player.button("play").get_attribute("aria-label") == "Play"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_and_is_named(page, predict, theme):
    page.emulate_media(reduced_motion="reduce")
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  # collected where there is no axe, too

    asked = predict("main")
    for answer in ("3", "-12", "1"):
        asked.next("77")
        assert asked.player.faint_texts() == []
        assert Axe().run(page).response["violations"] == []
        asked.type(answer)
        assert asked.player.faint_texts() == []


def test_it_asks_in_korean(predict):
    asked = predict("korean", "예측")
    asked.next()
    asked.input.fill("7")
    asked.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True})  # it ends a syllable, and no more
    assert asked.said.text_content() == ""
    asked.type("7")
    assert asked.question().startswith("q = x + y 값은 얼마인가요?")
    assert asked.said.text_content().startswith("아직 정답이 아닙니다.")


def test_in_jupyterlab_python_reads_the_answer_and_names_the_slip(notebook, write):
    opened = notebook(write("predict.ipynb", WIDGET))
    asked = Asked(opened.players()[0])
    cells = opened.cells()
    for answer in ("5 - 2", "3*(-4)", "exp(0)"):
        asked.next(answer)
        asked.root.locator(".bpw-said", has_text="Right.").wait_for()
    asked.next("3")
    asked.root.locator(".bpw-said", has_text=SLIP).wait_for()
    asked.type("x")
    asked.root.locator(".bpw-said", has_text="I do not know “x”").wait_for()
    asked.type("1 × −4")
    asked.root.locator(".bpw-said", has_text="Read as −4. Right.").wait_for()
    assert asked.player.numbers("gradient", Q) == ["−4"]
    assert "3 right on the first try, 1 right later" in asked.tally.text_content()
    assert opened.cells() == cells


def test_without_a_kernel_the_student_is_told_and_can_go_on(notebook, write, page):
    asked = Asked(notebook(write("silent.ipynb", WIDGET)).players()[0])
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.sessionContext.session")
    asked.next("3")
    asked.root.locator(".bpw-said", has_text="Python does not answer").wait_for()
    asked.press("Show me")
    assert asked.player.numbers("value", Q) == ["3"]

"""Predict mode from Python: the messages between the player and the widget."""

from __future__ import annotations

import pytest

from backprop_widgets import step_through


@pytest.fixture
def talk(monkeypatch):
    """Send a message as a view does, and hear what the widget sends back."""
    stepper = step_through("(x + y) * z", x=-2, y=5, z=-4)
    heard = []
    monkeypatch.setattr(stepper, "send", heard.append)

    def talk(message):
        stepper._handle_custom_msg(message, [])
        return heard

    return talk


def message(**changes):
    return {"kind": "answer", "view": "v1", "turn": 0, "step": 6, "given": "-4", **changes}


def test_an_answer_is_judged_and_told_to_its_view(talk):
    assert talk(message(given="2*-2")) == [
        {"kind": "verdict", "view": "v1", "turn": 0, "outcome": "right", "text": "Read as −4. Right."}
    ]
    assert talk(message(view="v2", turn=7, given="3"))[1] == {
        "kind": "verdict",
        "view": "v2",
        "turn": 7,
        "outcome": "wrong",
        "text": "Not yet. This looks like upstream times q itself. Which value does the gate × hand back to q?",
    }


@pytest.mark.parametrize(
    "other",
    [
        {},
        [],
        "answer",
        None,
        message(kind="other"),
        message(step="6"),
        message(step=4),
        message(step=-1),
        message(given=None),
        message(given=["-4"]),
        message(given={"a": 1}),
        message(given=1.5),
        message(given=0),
    ],
)
def test_a_message_that_is_no_answer_is_passed_over(talk, other):
    assert talk(other) == []


def test_predict_is_off_unless_it_is_asked_for():
    assert step_through("x * y", x=3, y=4).data["predict"] is False
    assert step_through("x * y", x=3, y=4, predict=True).data["predict"] is True


def test_the_questions_travel_without_their_answers():
    questions = step_through("(x + y) * z", x=-2, y=5, z=-4).data["questions"]
    assert list(questions) == ["1", "2", "3", "6", "9"]
    assert all("key" not in question for question in questions.values())

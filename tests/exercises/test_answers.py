"""Judging a number: the tolerance, the nearest candidate, and what costs nothing."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import record
from backprop_widgets.exercises.answers import cells, judge, spans
from backprop_widgets.exercises.predicting import answer, asked
from backprop_widgets.exercises.slips import Candidate, named

LOCAL, OWN, EDGE = (named(name) for name in ("local instead of downstream", "own operand", "wrong edge"))


@pytest.mark.parametrize(
    ("given", "truth", "outcome"),
    [
        (-4, -4, "right"),
        (4, -4, "wrong"),
        (0.1966, 0.19661193, "right"),
        (0.1976, 0.19661193, "wrong"),
        (100.5, 100, "right"),
        (100.51, 100, "wrong"),
        (99.5, 100, "right"),
        (0.0001, 0, "right"),
        (0.00011, 0, "wrong"),
        (-0.0001, 0, "right"),
    ],
)
def test_within_half_a_percent_or_a_ten_thousandth_is_right(given, truth, outcome):
    assert judge(given, truth).outcome == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [("0.20", "digits"), (".20", "digits"), ("+0,20", "digits"), ("0.2", "wrong"), ("0.197", "right")],
)
def test_a_rounding_of_the_truth_is_right_so_far(typed, outcome):
    assert judge(float(typed.replace(",", ".")), 0.19661193, typed=typed).outcome == outcome


def test_the_nearest_candidate_wins():
    wrong = [Candidate(OWN, 1.003)]
    assert judge(1.001, 1.0, wrong).outcome == "right"
    assert judge(1.003, 1.0, wrong).slip is OWN
    assert judge(1.003, 1.0).outcome == "right"


def test_a_slip_is_named_at_four_digits_and_not_below():
    wrong = [Candidate(OWN, 0.58984)]
    assert judge(0.5898, 0.2, wrong).slip is OWN
    assert judge(0.59, 0.2, wrong).slip is None
    assert judge(0.59, 0.2, wrong).outcome == "wrong"


def test_a_slip_that_gives_the_right_number_is_no_slip():
    assert judge(4, 4, [Candidate(LOCAL, 4)]).outcome == "right"


def test_two_slips_of_the_same_number_are_named_and_of_three_none():
    assert judge(3, 4, [Candidate(OWN, 3), Candidate(OWN, 3)]).slip is OWN
    both = judge(3, 4, [Candidate(LOCAL, 3), Candidate(OWN, 3)])
    assert both.slips == (LOCAL, OWN)
    assert both.slip is None
    assert judge(3, 4, [Candidate(LOCAL, 3), Candidate(OWN, 3), Candidate(EDGE, 3)]).slips == ()


@pytest.mark.parametrize(
    ("given", "truth", "hint"), [(-4, 4, "sign"), (4.01, -4, "sign"), (0, 4, "zero"), (3, 0, "not_zero"), (3, 4, "")]
)
def test_a_wrong_sign_and_a_zero_are_seen_where_no_slip_explains_them(given, truth, hint):
    assert judge(given, truth).hint == hint
    assert judge(given, truth, [Candidate(OWN, given)]).hint == ""


def test_cells_of_an_array_are_right_one_by_one():
    assert cells(np.array([[1.0, 0.0], [3.0, -4.0]]), np.array([[1.001, 0.0], [3.0, 4.0]])).tolist() == [
        [True, True],
        [True, False],
    ]
    assert cells(np.zeros(2), np.zeros(3)) is None


def test_spans_judge_as_judge_does():
    wrong = [Candidate(OWN, 1.003), Candidate(LOCAL, -2.5)]
    for k in range(-300, 300):
        found = next((span.verdict.outcome for span in spans(1.0, wrong) if span.low <= k / 100 <= span.high), "wrong")
        assert found == judge(k / 100, 1.0, wrong).outcome


@pytest.fixture
def trace():
    return record("(x + y) * z", x=-2, y=5, z=-4)


@pytest.mark.parametrize(
    ("step", "given", "outcome", "text"),
    [
        (1, "3", "right", "Right."),
        (1, "5 - 2", "right", "Read as 3. Right."),
        (1, "7", "wrong", "Not yet. Which numbers go into the gate +, and what does it do with them?"),
        (1, "tree", "unreadable", "I do not know “tree”. Type a number or a short sum"),
        (1, "[3]", "unreadable", "One number is asked for, not a list."),
        (
            6,
            "3",
            "wrong",
            "Not yet. This looks like upstream times q itself. Which value does the gate × hand back to q?",
        ),
        (9, 0, "right", "Right."),
        (9, 3, "wrong", "Not yet. If its upstream gradient were 1, what would each of its inputs receive?"),
    ],
)
def test_an_answer_is_told_what_came_of_it(trace, step, given, outcome, text):
    reply = answer(trace, step, given)
    assert reply.outcome == outcome
    assert reply.text.startswith(text)
    assert reply.outcome == "right" or "3." not in reply.text


@pytest.mark.parametrize(("step", "given"), [(0, "1"), (4, "1"), (99, "1"), (1, 0), (9, "distributor")])
def test_what_is_no_answer_to_a_question_gets_none(trace, step, given):
    assert answer(trace, step, given) is None


def test_what_the_picture_shows_is_right_even_with_few_digits():
    trace = record("exp(x)", x=-1, decimals=2)
    assert answer(trace, 1, "0.37").outcome == "right"
    assert answer(trace, 1, "0.38").outcome == "wrong"


def test_a_player_with_python_behind_it_is_given_no_answers(trace):
    assert all("key" not in question for question in asked(trace, with_key=False).values())
    assert all("key" in question for question in asked(trace, with_key=True).values())


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_every_hint_is_a_question_and_holds_no_answer(locale):
    for text in ("(x + y) * z", "x*x + x*y + exp(x)", "2*(x*y + max(z, x - y))"):
        trace = record(
            text, {name: value for name, value in zip("xyz", (3, -7, 11), strict=True) if name in text}, locale=locale
        )
        for question in asked(trace, with_key=True).values():
            hints = [question["key"]["lead"], *filter(None, (span[2] for span in question["key"].get("spans", [])))]
            assert all(hint.endswith("?") for hint in hints)

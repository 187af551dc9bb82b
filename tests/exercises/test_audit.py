"""The audit of a question: what is shipped has nothing to object to, and each fault is found where it is made."""

from __future__ import annotations

import pytest

from backprop_widgets import exercises as ex
from backprop_widgets.exercises.audit import FAULTS, audit
from backprop_widgets.exercises.boxes import NumberBox
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.slips import SLIPS, Candidate
from backprop_widgets.exercises.task import Task
from backprop_widgets.exercises.variants import NoVariantError
from tests.exercises.examples import EXAMPLES

SEEDS = 50  # benchmarks/audit.py looks at 200


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_is_shipped_has_nothing_to_object_to(kind):
    question = EXAMPLES[kind].drawn()
    code = question.code
    found = audit(question, seeds=SEEDS)
    assert found, found
    assert len(found.codes) == SEEDS
    assert repr(found).endswith(f"{SEEDS} variants, nothing to object to")
    assert question.code == code


def test_the_codes_that_are_found_good_can_be_given_out():
    question = ex.fill_gradients("(x + y) * z", id="q1")
    code = audit(question, seeds=3).codes[0]
    assert question.variant(code).code == code


@pytest.mark.parametrize(
    ("numbers", "what"),
    [
        (lambda draw: {"x": 1, "y": 1, "z": 1}, "failed"),
        (lambda draw: {"x": 3000, "y": 5, "z": 7}, "failed"),
    ],
)
def test_numbers_that_hide_mistakes_are_never_given_out(numbers, what):
    with pytest.raises(NoVariantError):
        ex.fill_gradients("(x + y) * z", numbers=numbers)
    assert what in FAULTS


def test_a_mistake_that_would_be_taken_as_right_is_found():
    def make(draw, say):
        wrong = (Candidate(SLIPS["wrong edge"], 3.001),)
        return Task("?", (NumberBox(name="x", label="x", truth=3.0, wrong=wrong),))

    found = audit(Question(make, kind="own", id="q"), seeds=2)
    assert not found
    assert {(fault.what, fault.where) for fault in found.faults} == {("hidden", "wrong edge at x")}
    assert "2 hidden" in repr(found)


def test_a_draw_that_fails_is_listed():
    def make(draw, say):
        if draw and draw.seed % 2:
            raise NoVariantError("none of 200 draws is good")
        return Task("?", (NumberBox(name="x", label="x", truth=3.0),))

    found = audit(Question(make, kind="own", id="q", is_given=True), seeds=20)
    assert {fault.what for fault in found.faults} == {"failed"}
    assert 0 < len(found.codes) < 20

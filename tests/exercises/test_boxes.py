"""Ways to answer: how each reads what is given, what it takes for right, and how much of it."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import Tensor
from backprop_widgets.exercises.boxes import (
    ArrayBox,
    CellsBox,
    ChoiceBox,
    ChoicesBox,
    NumberBox,
    OrderBox,
    ShapeBox,
    SymbolsBox,
    by_name,
)
from backprop_widgets.exercises.grading import KINDS
from backprop_widgets.exercises.reading import UnreadableError
from backprop_widgets.exercises.slips import SLIPS, Candidate
from backprop_widgets.exercises.typed import typed

SAME = {"name": "a", "label": "a"}


def judged(box, given):
    judgement = box.judge(box.read(given), typed(given))
    return judgement.status, round(judgement.share, 3)


ALL = [
    (NumberBox(**SAME, truth=3.0), ["3", 3, "1+2", np.float32(3), Tensor(3.0)], ["4", 0]),
    (NumberBox(**SAME, truth=3.0, relative=0.05), [3.1, 2.9], [3.2]),
    (ArrayBox(**SAME, truth=np.array([1.0, 2.0])), ["1 2", [1, 2], "[1, 4/2]", np.array([1, 2])], []),
    (ShapeBox(**SAME, truth=(2, 3)), ["2x3", (2, 3), "(2, 3)", [np.int64(2), 3]], ["3x2", "()", 3]),
    (ChoiceBox(**SAME, options=("0.1", "1", "10"), right=1), ["1", 1, 1.0, "b"], ["0.1", "0,1", 0.1, 10]),
    (ChoiceBox(**SAME, options=("1: a", "2: b"), words=(("1",), ("2",)), right=0), [1, "1", "1: a"], [2, "2: b"]),
    (ChoicesBox(**SAME, options=("w", "x"), right=frozenset({0, 1})), ["w x", "x, w", ["w", "x"]], ["w", "none"]),
    (OrderBox(**SAME, items=("f", "q", "r"), before=(("f", "q"), ("f", "r"))), ["f q r", ["f", "r", "q"]], []),
    (SymbolsBox(**SAME, truth="y*(1-y)", names=("y",)), ["y - y^2", "(1-y)*y"], ["y", 1]),
]


@pytest.mark.parametrize(("box", "right", "wrong"), ALL, ids=[type(box).__name__ for box, *_ in ALL])
def test_each_way_reads_what_students_give_and_what_is_kept_of_it(box, right, wrong):
    for given in right:
        assert judged(box, given) == judged(box, typed(given)) == ("correct", 1)
    for given in wrong:
        assert judged(box, given)[0] == judged(box, typed(given))[0] == "wrong"


def test_what_is_partly_right_has_its_share():
    assert judged(ArrayBox(**SAME, truth=np.array([1.0, 2, 3, 4])), "1 2 3 5") == ("wrong", 0.75)
    choices = ChoicesBox(**SAME, options=("w", "x", "y"), right=frozenset({0, 1}))
    assert judged(choices, "w, x") == judged(choices, {"x", "w"}) == judged(choices, ["w", 1]) == ("correct", 1)
    assert judged(choices, "w") == ("wrong", 0.5)
    assert judged(choices, "w, y") == ("wrong", 0)
    assert judged(choices, "none") == judged(choices, []) == ("wrong", 0)
    order = OrderBox(**SAME, items=("f", "q", "r"), before=(("f", "q"), ("q", "r")))
    assert judged(order, "q, f, r") == ("wrong", 0.5)
    cells = CellsBox(**SAME, mask=np.eye(2, dtype=bool))
    assert judged(cells, {(0, 0), (1, 1)}) == judged(cells, np.eye(2, dtype=bool)) == ("correct", 1)
    assert judged(cells, "1 1; 1 1") == ("wrong", 0.667)
    assert judged(cells, "(0, 0)") == judged(cells, [(0, 0)]) == ("wrong", 0.667)


def test_nothing_chosen_can_be_right():
    choices = ChoicesBox(**SAME, options=("w", "x"), right=frozenset())
    for given in ("none", [], set(), "없음", "-"):
        assert judged(choices, given) == judged(choices, typed(given)) == ("correct", 1)


def test_the_first_broken_pair_is_named():
    box = OrderBox(
        **SAME, items=("f", "q", "x"), before=(("f", "q"), ("q", "x")), broken=lambda first, second: f"{second}<{first}"
    )
    assert box.judge(box.read("x f q"), "").message == "x<q"


def test_a_formula_is_compared_under_what_its_names_stand_for():
    box = SymbolsBox(
        **SAME, truth="p - 1", names=("p", "q", "z"), stands_for={"p": "sigmoid(z)", "q": "1 - sigmoid(z)"}
    )
    assert [judged(box, text)[0] for text in ("-q", "p + q - q - 1", "1/(1+exp(-z)) - 1", "q")] == [
        *["correct"] * 3,
        "wrong",
    ]


def test_two_slips_of_one_number_are_both_told():
    wrong = (Candidate(SLIPS["forward value"], 5.0), Candidate(SLIPS["wrong edge"], 5.0))
    judgement = NumberBox(**SAME, truth=3.0, wrong=wrong).judge(5.0, "5")
    assert [slip.name for slip in judgement.slips] == ["forward value", "wrong edge"]
    assert NumberBox(**SAME, truth=3.0).judge(-3.0, "-3").hint == "sign"


def test_what_no_way_of_answering_reads_is_refused():
    for box, *_ in ALL:
        for given in (object(), {"a": 1}, 1j, True, b"1"):
            with pytest.raises(UnreadableError):
                box.read(given)


def test_every_way_has_words_for_what_may_be_typed():
    ways = {box.way for box, *_ in ALL} | {ChoicesBox.way, CellsBox.way}
    assert ways <= KINDS.keys()


def test_two_boxes_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two boxes are called 'a'"):
        by_name([NumberBox(**SAME, truth=1.0), NumberBox(**SAME, truth=2.0)])

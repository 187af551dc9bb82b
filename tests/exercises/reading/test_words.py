"""Choices, roles, signs, orders and cells, in either language and with a few ways to write each."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets.exercises.reading import UnreadableError, read_shape
from backprop_widgets.exercises.reading import words as module
from backprop_widgets.exercises.reading.words import read_cells, read_choice, read_order, read_role, read_sign
from backprop_widgets.locale import LANGUAGES, catalogue

ROLES = {
    "distributor": ("distributor", "Gradient Distributor", "분배기", "그레디언트 분배기", "덧셈 게이트", " add gate. "),
    "swap multiplier": (
        "swap multiplier",
        "Swap-multiplier",
        "switcher",
        "교환기",
        "gradient switcher",
        "곱셈",
        "스왑",
    ),
    "router": ("router", "라우터", "최대값 게이트", "the max gate".removeprefix("the "), "a router"),
    "adder": ("adder", "덧셈기", "copy gate", "복사 게이트", "copier"),
    "switch": ("switch", "스위치", "ReLU gate"),
    "signed distributor": ("signed distributor", "± distributor", "± 분배기"),
}
REFUSED = {
    "choice": (lambda: read_choice("maybe", ["yes", "no"]), lambda: read_choice("z", ["yes", "no"])),
    "empty": (
        lambda: read_choice("", ["a"]),
        lambda: read_role(None),
        lambda: read_sign("?"),
        lambda: read_order(..., "ab"),
    ),
    "type": (lambda: read_choice(np.True_, ["a", "b"]), lambda: read_role(3), lambda: read_order(5, "ab")),
    "sign": (lambda: read_sign("steep"),),
    "order": (lambda: read_order("a, c", "ab"), lambda: read_order("eval(1)", "ab")),
    "twice": (lambda: read_order("a, b, a", "ab"),),
    "missing": (lambda: read_order("a", "ab"), lambda: read_order([], "ab")),
    "cells": (
        lambda: read_cells("[[1, 2], [0, 0]]", (2, 2)),
        lambda: read_cells("1 0", (2, 2)),
        lambda: read_cells([(0, 0.5)], (2, 2)),
    ),
    "cell": (
        lambda: read_cells("(0, 2)", (2, 2)),
        lambda: read_cells("(-1, 0)", (2, 2)),
        lambda: read_cells({(2, 0)}, (2, 2)),
    ),
    "long": (lambda: read_order("a," * 5000, "ab"),),
    "name": (lambda: read_cells("all of them", (2, 2)),),
}


@pytest.mark.parametrize(("role", "text"), [(role, text) for role, texts in ROLES.items() for text in texts])
def test_a_role_is_read_by_any_of_its_names(role, text):
    assert read_role(text) == role


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_is_read_by_the_name_that_the_picture_gives_it(language):
    say = catalogue(language)
    for key in say.section("spelled.role"):
        assert read_role(say.role(key)) == key


def test_no_spelling_means_two_things(monkeypatch):
    for of in ("role", "sign"):
        module._table(of)
    doubtful = {"router": "router, gate", "adder": "adder, gate"}
    monkeypatch.setattr(module, "catalogue", lambda _: type("Say", (), {"section": lambda _self, _of: doubtful})())
    with pytest.raises(ValueError, match="'gate' is a spelling of both 'router' and 'adder'"):
        module._table.__wrapped__("role")


@pytest.mark.parametrize(
    ("given", "sign"),
    [
        ("negative", -1),
        ("-", -1),
        ("−", -1),
        ("음수", -1),
        ("Neg.", -1),
        (-0.5, -1),
        ("-3", -1),
        ("< 0", -1),
        ("zero", 0),
        ("0", 0),
        ("영", 0),
        (0.0, 0),
        ("positive", 1),
        ("+", 1),
        ("양수", 1),
        ("2*3", 1),
        (np.float64(2), 1),
    ],
)
def test_a_sign_is_read(given, sign):
    assert read_sign(given) == sign


@pytest.mark.parametrize(
    ("given", "options", "place"),
    [
        ("yes", ["yes", "no"], 0),
        (" No. ", ["yes", "no"], 1),
        ("b", ["yes", "no"], 1),
        ("(b)", ["yes", "no"], 1),
        ("B.", ["yes", "no"], 1),
        ("b", ["c", "b", "a"], 1),  # an option's own text comes before its letter
        ("1", ["yes", "no"], 1),
        ("2", ["1", "3", "2"], 2),
        (1, ["yes", "no"], 1),
        (np.int64(0), ["yes", "no"], 0),
        ("-", ["+", "-"], 1),
        ("−", ["+", "-"], 1),
        ("X", ["x", "X"], 1),
        ("x.t @ dy", ["dY @ X", "X.T @ dY"], 1),
    ],
)
def test_a_choice_is_read_by_text_letter_or_place(given, options, place):
    assert read_choice(given, options) == place


def test_a_choice_may_have_other_words():
    assert read_choice("곱셈", ["add", "mul"], [["덧셈"], ["곱셈"]]) == 1


@pytest.mark.parametrize(
    "given",
    [
        "f, q, x",
        "f q x",
        "f -> q -> x",
        "f → q → x",
        "f > q > x",
        "f; q; x",
        "F, Q, X",
        "['f', 'q', 'x']",
        ["f", "q", "x"],
    ],
)
def test_an_order_is_read(given):
    assert read_order(given, ("x", "q", "f")) == ("f", "q", "x")


def test_items_of_an_order_may_hold_spaces():
    items = ("add gate", "max gate")
    assert read_order("max gate, add gate", items) == ("max gate", "add gate")


@pytest.mark.parametrize(
    "given",
    [
        {(0, 1), (1, 0)},
        [(0, 1), (1, 0)],
        "(0, 1), (1, 0)",
        "{(0,1),(1,0)}",
        "[(0, 1), (1, 0)]",
        "(0, 1); (1, 0)",
        "[[0, 1], [1, 0]]",
        "0 1; 1 0",
        [[0, 1], [1, 0]],
        np.array([[0, 1], [1, 0]]),
        np.array([[False, True], [True, False]]),
    ],
    ids=range(11),
)
def test_cells_are_read_as_pairs_or_as_a_matrix(given):
    np.testing.assert_array_equal(read_cells(given, (2, 2)), [[False, True], [True, False]])


@pytest.mark.parametrize("given", [set(), [], "{}", "[]"])
def test_no_cells_are_an_answer(given):
    assert not read_cells(given, (2, 3)).any()


@pytest.mark.parametrize(
    ("given", "shape"), [((2, 3), (2, 3)), ([4], (4,)), (3, (3,)), ((), ()), ("()", ()), ("scalar", ()), ("스칼라", ())]
)
def test_a_shape_is_read_from_python_values_too(given, shape):
    assert read_shape(given) == shape


@pytest.mark.parametrize("given", [(2, -1), (2, 2.5), (2, True), None, "2 by"])
def test_no_other_shape_is_read(given):
    with pytest.raises(UnreadableError):
        read_shape(given)


@pytest.mark.parametrize(("reason", "reads"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_meant_is_refused_with_its_reason(reason, reads):
    for read in reads:
        with pytest.raises(UnreadableError) as refusal:
            read()
        assert refusal.value.reason == reason

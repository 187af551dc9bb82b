"""Drawing numbers: the same everywhere, from what was asked for, and one stream never shifts another."""

from __future__ import annotations

import random

import numpy as np
import pytest

from backprop_widgets.exercises.variants import Draw
from backprop_widgets.exercises.variants.draw import HALVES, SMALL, TENTHS


def test_a_seed_gives_these_numbers_on_every_machine_and_in_every_python():
    draw = Draw(20261122)
    assert [draw.integer(1, 100) for _ in range(6)] == [98, 51, 63, 67, 4, 63]
    assert draw.shuffle("abcdef") == ["f", "c", "d", "b", "a", "e"]
    assert draw.fork("weights").numbers(5) == [-1.0, -2.0, -2.0, 4.0, 3.0]


def test_only_random_stands_behind_it(monkeypatch):
    def forbidden(*_, **__):
        raise AssertionError("the sequence of this method is not promised")

    for name in ("randint", "randrange", "choice", "choices", "shuffle", "sample", "uniform", "getrandbits"):
        monkeypatch.setattr(random.Random, name, forbidden)
    draw = Draw(3)
    draw.integer(1, 6), draw.choice("abc"), draw.number(), draw.array((2, 2)), draw.shuffle("abc"), draw.uniform(0, 1)
    with pytest.raises(AssertionError, match="not promised"):
        random.Random(3).randint(1, 6)  # noqa: S311  (numbers of an exercise, not secrets)


def test_whole_numbers_reach_both_ends_and_no_further():
    draw = Draw(1)
    assert {draw.integer(-1, 2) for _ in range(200)} == {-1, 0, 1, 2}
    assert draw.integer(4, 4) == 4


def test_numbers_come_from_the_set():
    draw = Draw(1)
    assert {draw.number() for _ in range(300)} == set(SMALL)
    assert set(draw.numbers(50, HALVES)) <= set(HALVES)
    assert 0.0 not in TENTHS
    assert all(type(number) is float for number in draw.numbers(5, (1, 2)))


def test_distinct_numbers_are_distinct():
    assert sorted(Draw(1).numbers(10, SMALL, distinct=True)) == sorted(SMALL)
    with pytest.raises(ValueError, match="11 different numbers are asked for, and there are 10"):
        Draw(1).numbers(11, SMALL, distinct=True)


def test_an_array_has_the_shape_that_was_asked_for():
    assert Draw(1).array((2, 3)).shape == (2, 3)
    assert Draw(1).array(3).shape == (3,)
    assert Draw(1).array(()).shape == ()
    np.testing.assert_array_equal(Draw(1).array((2, 3)).ravel(), Draw(1).numbers(6))


def test_shuffling_gives_a_new_list_of_the_same_items():
    items = list("abcdef")
    shuffled = Draw(2).shuffle(items)
    assert sorted(shuffled) == items == list("abcdef")
    assert len({tuple(Draw(seed).shuffle("abc")) for seed in range(100)}) == 6


def test_a_fork_depends_on_the_seed_and_its_label_alone():
    one, other = Draw(5), Draw(5)
    other.numbers(100)
    assert one.fork("weights").numbers(5) == other.fork("weights").numbers(5)
    assert one.fork("weights").numbers(5) != one.fork("bias").numbers(5)
    assert one.fork("weights").numbers(5) != Draw(6).fork("weights").numbers(5)


def test_a_fork_does_not_shift_its_draw():
    one, other = Draw(5), Draw(5)
    other.fork("weights").numbers(100)
    assert one.numbers(5) == other.numbers(5)


@pytest.mark.parametrize("seed", [-1, 1.0, True, "1", None])
def test_a_seed_is_an_int_from_zero(seed):
    with pytest.raises(ValueError, match="a seed is an int from 0, got"):
        Draw(seed)


def test_nothing_cannot_be_chosen_from():
    with pytest.raises(ValueError, match="one of no options cannot be chosen"):
        Draw(1).choice([])
    with pytest.raises(ValueError, match="low must not be above high, got 2 and 1"):
        Draw(1).integer(2, 1)

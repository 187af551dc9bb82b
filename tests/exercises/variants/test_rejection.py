"""Drawing until it is good: the first good draw, in an order that the seed alone decides."""

from __future__ import annotations

import pytest

from backprop_widgets.exercises.variants import Draw, NoVariantError, draw_until, first_good


def test_the_first_good_draw_is_taken_and_the_others_are_counted():
    seen = []

    def make(draw):
        seen.append(draw.integer(1, 6))
        return seen[-1]

    drawn = first_good(make, lambda number: number == 6, seed=5)
    assert drawn.value == seen[-1] == 6
    assert drawn.rejected == len(seen) - 1
    assert 6 not in seen[:-1]


def test_the_same_seed_gives_the_same_draw():
    assert len({draw_until(lambda draw: draw.integer(1, 99), lambda number: number > 50, 7) for _ in range(3)}) == 1


def test_a_try_is_not_shifted_by_how_much_the_one_before_drew():
    def greedy(draw):
        first = draw.integer(1, 6)
        draw.numbers(first)
        return first

    good = (lambda number: number == 6).__call__
    assert first_good(greedy, good, 5) == first_good(lambda draw: draw.integer(1, 6), good, 5)


def test_a_draw_may_stand_for_its_seed():
    assert draw_until(lambda draw: draw.seed, lambda _: True, Draw(5)) == draw_until(
        lambda draw: draw.seed, lambda _: True, 5
    )


def test_where_no_draw_is_good_it_says_so():
    with pytest.raises(NoVariantError, match="none of 3 draws from the seed 5 is good: a mistake would go unseen"):
        draw_until(lambda draw: draw.integer(1, 6), lambda number: number == 7, seed=5, tries=3)

"""Made data are the same for everyone, and have the form they say."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets.datasets import blobs, spiral

each_set = pytest.mark.parametrize("make", [spiral, blobs])


@each_set
def test_there_are_as_many_points_of_each_class(make):
    X, labels = make(7, 4, seed=3)
    assert X.shape == (28, 2)
    assert X.dtype == np.float64
    np.testing.assert_array_equal(np.bincount(labels), [7, 7, 7, 7])


@each_set
def test_the_seed_decides_the_numbers(make):
    (first, _), (again, _), (other, _) = make(5, seed=1), make(5, seed=1), make(5, seed=2)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_numbers_stay_the_same_from_version_to_version():
    np.testing.assert_allclose(blobs(1, 2, seed=0)[0], [[1.313769, -0.194925], [-0.961775, 0.297709]], atol=1e-6)


def test_an_arm_turns_by_4_radians():
    X, _ = spiral(3, 1, noise=0)
    np.testing.assert_allclose(X, [[0, 0], [0.5 * np.cos(2), 0.5 * np.sin(2)], [np.cos(4), np.sin(4)]])


def test_an_arm_winds_outwards():
    X, labels = spiral(20, 2, noise=0)
    for k in (0, 1):
        np.testing.assert_allclose(np.hypot(*X[labels == k].T), np.linspace(0, 1, 20))
    np.testing.assert_allclose(X[labels == 0], -X[labels == 1], atol=1e-12)


def test_the_spread_is_the_standard_deviation():
    X, _ = blobs(4000, 1, spread=0.3)
    np.testing.assert_allclose(X.mean(axis=0), [1, 0], atol=0.02)
    np.testing.assert_allclose(X.std(axis=0), 0.3, atol=0.01)


@each_set
@pytest.mark.parametrize(("points", "classes", "message"), [(0, 3, "points must be"), (5, 2.5, "classes must be")])
def test_bad_counts_are_refused(make, points, classes, message):
    with pytest.raises(ValueError, match=f"{message} a whole number from 1, got"):
        make(points, classes)

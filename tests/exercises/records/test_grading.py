"""Silence while grading: nothing reaches the screen, and all is as before afterwards."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from backprop_widgets.exercises.records import is_grading, quietly
from backprop_widgets.exercises.records.grading import LONGEST


@pytest.mark.parametrize(
    ("value", "grading"), [("autograde", True), ("validate", True), ("", False), ("other", False), (None, False)]
)
def test_nbgrader_is_known_by_its_variable(monkeypatch, value, grading):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    if value is not None:
        monkeypatch.setenv("NBGRADER_EXECUTION", value)
    assert is_grading() is grading


@pytest.fixture
def logger():
    """Give a logger that was made before, and wrote to the screen of then."""
    made = logging.getLogger("backprop_widgets.test_grading")
    handler = logging.StreamHandler()
    made.addHandler(handler)
    yield made
    made.removeHandler(handler)


def noisy(logger):
    print("printed")  # noqa: T201
    print("to the error stream", file=sys.stderr)  # noqa: T201
    warnings.warn("a warning", stacklevel=1)
    np.log(np.array(0.0))
    logger.warning("a logged line")
    logging.getLogger("backprop_widgets.test_grading.without").error("a line of last resort")
    os.write(2, b"below Python\n")
    subprocess.run([sys.executable, "-c", "print('another process')"], check=True)


def test_nothing_reaches_the_screen(capfd, logger):
    with quietly() as noise:
        noisy(logger)
    assert capfd.readouterr() == ("", "")
    assert noise.warnings == ("a warning", "divide by zero encountered in log")
    for text in ("printed", "to the error stream", "a logged line", "a line of last resort"):
        assert text in noise.text


def test_without_silence_all_of_it_would_be_on_the_screen(capfd, logger):
    with pytest.warns(UserWarning, match="a warning"), pytest.warns(RuntimeWarning, match="divide"):
        noisy(logger)
    out, err = capfd.readouterr()
    assert "another process" in out
    for text in ("to the error stream", "a logged line", "below Python"):
        assert text in err


def test_afterwards_all_is_as_before(capfd, logger):
    handler = logger.handlers[0]
    before = sys.stdout, sys.stderr, handler.stream, warnings.filters[:]
    with pytest.raises(ZeroDivisionError), quietly():
        _ = 1 / 0
    assert (sys.stdout, sys.stderr, handler.stream, warnings.filters[:]) == before
    os.write(1, b"out\n")
    os.write(2, b"err\n")
    assert capfd.readouterr() == ("out\n", "err\n")


def test_a_log_handler_made_inside_writes_to_the_screen_afterwards(capfd):
    logger = logging.getLogger("backprop_widgets.test_grading.inside")
    handler = logging.StreamHandler()
    with quietly():
        handler = logging.StreamHandler()
        logger.addHandler(handler)
        logger.error("kept")
    logger.error("shown")
    logger.removeHandler(handler)
    assert capfd.readouterr().err == "shown\n"


def test_what_was_printed_before_is_still_shown(capfd):
    print("before", end="")  # noqa: T201
    with quietly():
        print("inside")  # noqa: T201
    assert capfd.readouterr().out == "before"


def test_endless_text_is_cut():
    with quietly() as noise:
        for _ in range(3):
            print("x" * LONGEST)  # noqa: T201
    assert len(noise.text) == LONGEST


def test_it_works_where_there_are_no_streams(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(write=len))
    with quietly() as noise:
        print("kept")  # noqa: T201
    assert noise.text == "kept\n"

"""Engines to draw with, machines that have none, and traces to draw."""

from __future__ import annotations

import shutil
import sys
import sysconfig
import warnings
from pathlib import Path

import numpy as np
import pytest

from backprop_widgets import Function, NonFiniteWarning, Tensor, record
from backprop_widgets.drawing import render_svg

SUFFIX = ".exe" if sys.platform == "win32" else ""
BUNDLED = Path(sysconfig.get_path("scripts")) / f"graphviz-pure{SUFFIX}"
ENGINES = {"dot": shutil.which("dot"), "graphviz-pure": str(BUNDLED) if BUNDLED.is_file() else None}


@pytest.fixture(autouse=True)
def _forget_layouts():
    """Lay out anew in each test: what another engine has drawn is not asked for again."""
    render_svg.cache_clear()
    yield
    render_svg.cache_clear()


@pytest.fixture(params=ENGINES)
def engine(request, monkeypatch):
    """Each engine of this machine in turn, by itself."""
    path = ENGINES[request.param]
    if path is None:
        pytest.skip(f"{request.param} is not installed")
    monkeypatch.setenv("BACKPROP_WIDGETS_DOT", path)
    return path


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without Graphviz: its PATH and its folder of scripts are these two, and both are empty."""
    folders = tmp_path / "path", tmp_path / "scripts"
    for folder in folders:
        folder.mkdir()
    monkeypatch.delenv("BACKPROP_WIDGETS_DOT", raising=False)
    monkeypatch.setenv("PATH", str(folders[0]))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(folders[1]))
    return folders


class Twelve(Function):
    """A student's own gate with many inputs and no facts."""

    @staticmethod
    def forward(ctx, *inputs):
        return np.add.reduce(inputs)

    @staticmethod
    def backward(ctx, upstream):
        return (upstream,) * 12


def not_finite():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonFiniteWarning)
        return record("log(x) * y", x=0, y=0)  # -inf, then nan; the gradient of x is nan


NEURON = "1/(1+exp(-(w0*x0 + w1*x1 + w2)))"
TRACES = {
    "main": lambda: record("(x + y) * z", x=-2, y=5, z=-4),
    "neuron": lambda: record(NEURON, w0=2, x0=-1, w1=-3, x1=-2, w2=-3),
    "fork": lambda: record("x*x + x*y + exp(x)", x=3, y=-2),
    "constants": lambda: record("2 * x + 1", x=3),
    "matrices": lambda: record("L = sum(relu(W @ x + b))", W=[[1, 2, 3], [4, 5, -6]], x=[1, 0.5, -1], b=[0.1, -0.2]),
    "broadcast": lambda: record("sum(x * y)", x=[1, 2, 3], y=2),
    "unused": lambda: record(lambda x, y: x * x, x=3, y=4),
    "leaf": lambda: record(Tensor(2, name="x")),
    "twelve": lambda: record(Twelve.apply(*(Tensor(k, name=f"x{k}") for k in range(12)))),
    "not finite": not_finite,
    "korean": lambda: record("(x + y) * z", x=-2, y=5, z=-4, locale="ko"),
}


@pytest.fixture(params=TRACES)
def trace(request):
    """Traces of every kind of graph, one by one."""
    return TRACES[request.param]()


@pytest.fixture
def traces():
    """The same by name, as functions that record them."""
    return TRACES

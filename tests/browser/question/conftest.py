"""A question on a page of its own, with the Python that judges it on the other end, and no kernel between."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from backprop_widgets import exercises as ex
from backprop_widgets.exercises import session
from backprop_widgets.exercises.question import Question

PAGE = Path(__file__).parent / "page.html"
NEURON = "1/(1+exp(-(w0*x0 + w1*x1 + w2)))"
KINDS = {
    "fill": lambda: ex.fill_gradients("(x + y) * z", x=-2, y=5, z=-4),
    "values": lambda: ex.fill_values("(x + y) * z", x=-2, y=5, z=-4),
    "edges": lambda: ex.fill_edges("x*y + x", x=3, y=5),
    "neuron": lambda: ex.fill_gradients(NEURON, w0=2, x0=-1, w1=-3, x1=-2, w2=-3),
    "pair": lambda: ex.fill_gradients("max(x*y, z) + x"),
    "arrays": lambda: ex.fill_gradients("sum(relu(W @ x))", W=[[1, 2], [3, -4]], x=[1, 2]),
    "three": lambda: ex.which_of_three("(x + y) * z", x=-2, y=5, z=-4),
    "order": lambda: ex.order_backward("(x + y) * z + w", x=1, y=2, z=3, w=4),
    "cells": lambda: ex.jacobian_cells("relu", [1, 2]),
    "derive": ex.derive_cross_entropy,
    "dead": lambda: ex.dead_inputs("relu(w * x) * v", w=-2, x=3, v=5),
    "code": lambda: ex.write_backward("relu"),
}
STANDING = """(root) => [...root.querySelectorAll("input, td button")]
    .map((each) => [each.value, each.checked, each.ariaPressed])"""
TRAITS = ("board", "answers", "told", "note", "call")


class Asked:
    """One question on a page, with Python on the other end."""

    def __init__(self, page, make):
        self.page = page
        self.make = make
        self.question = make()
        page.expose_function("toPython", self.hear)

    @property
    def view(self):
        return Question.viewer.views[self.question.id]

    def state(self):
        return json.loads(json.dumps({name: getattr(self.view, name) for name in TRAITS}))

    def hear(self, message):
        self.view._hear(None, message, [])
        return self.state()

    def push(self):
        """What Python did of itself reaches the page."""
        self.page.evaluate("(state) => model.take(state)", self.state())

    def show(self):
        self.question._repr_mimebundle_()
        self.page.evaluate("([code, state]) => show(code, state)", [str(self.view._esm), self.state()])
        return self

    @property
    def root(self):
        return self.page.locator(".bpw-exercise").last

    def box(self, label):
        return self.root.get_by_label(label, exact=True).first

    def press(self, kind):
        self.root.locator(f"button.{kind}").click()

    def verdict(self, label):
        """What describes a box, to the eye and to a screen reader, and its status."""
        ids = self.box(label).get_attribute("aria-describedby")
        verdict = self.page.locator(f"[id='{ids}']")
        return verdict.get_attribute("data-status"), verdict.inner_text().replace("\n", " ")

    def restart(self, folder):
        """As a new kernel does: nothing is there but the file, and the page is loaded again."""
        ex.start("homework", student="s", path=folder)
        Question.viewer.views.clear()
        self.question = self.make()
        self.page.reload()
        self.page.wait_for_function("window.isReady")

    def standing(self):
        """What stands in every place to answer."""
        return self.root.evaluate(STANDING)

    def live(self):
        return self.root.locator("[role=status]").inner_text().strip()


@pytest.fixture
def locale():
    """The language of the question."""
    return "en"


@pytest.fixture
def ask(page, tmp_path, monkeypatch, locale):
    """Put a question on a page, by the name of its kind."""
    import backprop_widgets.widgets  # noqa: F401, PLC0415  (tests without Jupyter run without it)

    monkeypatch.setattr(Question, "viewer", type(Question.viewer)())
    monkeypatch.setattr(session, "_now", [])
    ex.start("homework", locale=locale, student="s", path=tmp_path)
    shutil.copy(PAGE, tmp_path)

    def ask(kind):
        page.set_default_timeout(5000)
        page.goto((tmp_path / PAGE.name).as_uri())
        page.wait_for_function("window.isReady")
        return Asked(page, KINDS[kind]).show()

    return ask

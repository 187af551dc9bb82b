"""Imports between the layers of the package go one way. Reads the sources; imports nothing of them."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

PACKAGE = Path(importlib.util.find_spec("backprop_widgets").origin).parent
LAYERS = ("autograd", "ops", "trace", "drawing", "exercises", "widgets")
EVERYWHERE = ("locale", "datasets")  # words, made data: they import no layer, and may be imported by any
JUPYTER = ("IPython", "anywidget", "ipykernel", "ipywidgets", "jupyter", "nbconvert", "nbformat", "traitlets")


def violations(package):
    """Name each import that breaks a rule, as `file: what it imports: why not`."""
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package).parts
        if place == ("__init__.py",):  # the public names come from all layers
            continue
        layer = place[0].removesuffix(".py")
        for module in imports(path, package):
            if reason := objection(layer, module.split("."), package.name):
                yield f"{'/'.join(place)}: {module}: {reason}"


def imports(path, package):
    """Give the full dotted name of everything that a module imports, wherever in the module that stands."""
    here = [package.name, *path.relative_to(package).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = here[: len(here) - node.level + 1] if node.level else []
            yield from (".".join([*start, *filter(None, [node.module]), name.name]) for name in node.names)


def objection(layer, module, package):
    """Say why a layer may not import a module; an empty text if it may."""
    if layer not in (*LAYERS, *EVERYWHERE):
        return f"{layer} is not a layer"
    if module[0] == package:
        target = module[1] if len(module) > 1 else "the package"
        below = LAYERS[: LAYERS.index(layer)] if layer in LAYERS else ()
        allowed = target in {layer, *below, *EVERYWHERE}
        return "" if allowed else f"{layer} imports only layers before it, and {' and '.join(EVERYWHERE)}"
    if layer != "widgets" and module[0].startswith(JUPYTER):
        return "only widgets imports Jupyter"
    if layer == "autograd" and module[0] not in {"numpy", *sys.stdlib_module_names}:
        return "autograd imports only numpy and the standard library"
    return ""


def test_layers_import_only_what_stands_before_them():
    assert list(violations(PACKAGE)) == []


def test_every_layer_is_read():
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} <= {*LAYERS, *EVERYWHERE}
    assert "numpy" in {name.split(".")[0] for name in imports(PACKAGE / "autograd" / "tensor.py", PACKAGE)}


@pytest.mark.parametrize(
    ("file", "line", "reason"),
    [
        ("autograd/tensor.py", "from backprop_widgets.ops import add", "autograd imports only layers before it"),
        ("autograd/tensor.py", "def f():\n    from ..trace.step import Step", "autograd imports only layers before it"),
        ("autograd/tensor.py", "from .. import drawing", "autograd imports only layers before it"),
        ("autograd/tensor.py", "import scipy.special", "autograd imports only numpy and the standard library"),
        ("ops/arithmetic.py", "import backprop_widgets", "ops imports only layers before it"),
        ("ops/arithmetic.py", "from backprop_widgets import Tensor", "ops imports only layers before it"),
        ("trace/deep/step.py", "from ...exercises import Question", "trace imports only layers before it"),
        ("drawing/svg.py", "import ipywidgets as widgets", "only widgets imports Jupyter"),
        ("drawing/svg.py", "if TYPE_CHECKING:\n    from IPython.display import SVG", "only widgets imports Jupyter"),
        ("exercises/check.py", "from jupyter_client import KernelManager", "only widgets imports Jupyter"),
        ("locale/__init__.py", "from ..autograd import Tensor", "locale imports only layers before it"),
        ("datasets.py", "from backprop_widgets.autograd import Tensor", "datasets imports only layers before it"),
        ("helpers.py", "import json", "helpers is not a layer"),
    ],
)
def test_each_rule_catches_its_violation(tmp_path, file, line, reason):
    found = list(violations(made_up(tmp_path, file, line)))
    assert len(found) == 1
    assert found[0].startswith(file + ": ")
    assert reason in found[0]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("__init__.py", "from backprop_widgets.widgets import step_through"),
        ("autograd/backward.py", "import math, numpy as np\nfrom .tensor import Tensor"),
        ("ops/arithmetic.py", "from backprop_widgets.autograd import Function"),
        ("drawing/dot.py", "import graphviz\nfrom .. import locale, trace"),
        ("widgets/stepper.py", "import anywidget\nfrom ..exercises.check import check"),
    ],
)
def test_what_the_rules_allow_passes(tmp_path, file, line):
    assert list(violations(made_up(tmp_path, file, line))) == []


def made_up(folder, file, line):
    """Make a package of one module with one import."""
    module = folder / "backprop_widgets" / file
    module.parent.mkdir(parents=True)
    module.write_text(line)
    return folder / "backprop_widgets"

"""For all that pytest runs: exercises keep their answers in a folder of their own; kernels of nbval need no ports."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def pytest_configure(config: pytest.Config) -> None:
    """Let the kernels of nbval talk through files: a port that was free can be taken before its kernel has started."""
    if config.getoption("nbval_lax", default=False) and os.name != "nt":
        from nbval import kernel  # noqa: PLC0415  (only here need it be installed)

        of_tcp = kernel.KernelManager
        sockets = itertools.count()
        folder = tempfile.mkdtemp(prefix="kernels-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        kernel.KernelManager = lambda **options: of_tcp(transport="ipc", ip=f"{folder}/{next(sockets)}", **options)


@pytest.fixture(autouse=True)
def answers_apart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path | None:
    """Change to a new folder where exercises are asked: their answers would stand beside the sources."""
    if "exercises" not in str(request.path):
        return None
    from backprop_widgets.exercises.session import _now  # noqa: PLC0415  (other tests import what they need)

    folder: Path = request.getfixturevalue("tmp_path")
    monkeypatch.chdir(folder)
    for name in ("BACKPROP_STUDENT", "JUPYTERHUB_USER", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    _now.clear()
    return folder

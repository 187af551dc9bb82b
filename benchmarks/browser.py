"""A Chromium and a JupyterLab to measure in: those that the tests use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import (
    CHROMIUM_ARGUMENTS,
    CHROMIUM_NAMES,
    NO_CHROMIUM,
    Lab,
    free_port,
    lab_command,
    lab_environment,
    wait_for,
)

ROOT = Path(__file__).parents[1]
VIEWPORT = {"width": 1280, "height": 800}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium, for as long as it is needed. Without one the benchmark ends, and says so."""
    whole = (name for name in CHROMIUM_NAMES if "headless" not in name)  # what students use has windows
    path = os.environ.get("BACKPROP_WIDGETS_CHROMIUM") or next(filter(None, map(shutil.which, whole)), None)
    if path is None:
        sys.exit(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def jupyterlab() -> Iterator[Lab]:
    """A JupyterLab with folders of its own, whose kernels can import this package and its benchmarks."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        lab = Lab(f"http://127.0.0.1:{free_port()}", home / "root", home / "settings/@jupyterlab/apputils-extension")
        lab.root.mkdir()
        lab.settings.mkdir(parents=True)
        lab.write_setting("notification", {"fetchNews": "false", "checkForUpdates": False})
        environment = {**lab_environment(home), "PYTHONPATH": str(ROOT)}
        with (home / "log").open("w") as log:
            server = subprocess.Popen(lab_command(lab), env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(lab, server, home / "log")
            yield lab
        finally:
            server.terminate()
            server.wait(20)


def open_cell(lab: Lab, page: Page, name: str, source: str) -> None:
    """Open a notebook of one cell, and run it."""
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab.root / f"{name}.ipynb")
    lab.open_and_run(page, f"{name}.ipynb")

"""Fixtures that give a test a real browser and a real JupyterLab. They know nothing of the package."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CHROMIUM_NAMES = (
    "chromium-headless-shell",  # the same without windows: a third of the work
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
NO_CHROMIUM = "no Chromium found: install chromium or Google Chrome, or set BACKPROP_WIDGETS_CHROMIUM to its path"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # CI runs as root, in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",  # the browser itself asks nobody either
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what a page asks outside is recorded, and never sent
)
LAB_READY = """async () => {
    const notebook = window.jupyterapp.shell.currentWidget;
    const ready = async () => {
        await notebook.context.ready;
        await notebook.sessionContext.ready;
        await notebook.sessionContext.session.kernel.info;
    };
    const late = new Promise((_, reject) => setTimeout(() => {
        const dialog = document.querySelector('.jp-Dialog')?.innerText ?? 'nothing';
        reject(new Error(`no kernel after 60 s; JupyterLab asks: ${dialog}`));
    }, 60_000));
    await Promise.race([ready(), late]);
}"""  # the indicator in the page says "idle" before there is a session to run in
LAB_TURN = """async (path) => {
    window.jupyterapp.shell.currentWidget.dispose();
    await window.jupyterapp.commands.execute('docmanager:open', { path });
}"""  # what was open is closed unsaved, and JupyterLab need not be loaded again
LAB_SHOWS = "(path) => window.jupyterapp?.shell?.currentWidget?.context?.path === path"
NBGRADER = ("assignment_list", "course_list", "formgrader", "validate_assignment")
LAB_SPARED = {  # by its file, what takes seconds and shows no notebook: nbgrader, and Node that is asked about a build
    "labconfig/page_config.json": {"buildCheck": False, "disabledExtensions": {"@jupyter/nbgrader": True}},
    "jupyter_server_config.json": {
        "ServerApp": {"jpserver_extensions": {f"nbgrader.server_extensions.{name}": False for name in NBGRADER}}
    },
}

settings.register_profile("patient", deadline=None)  # a slow machine is no failure
settings.load_profile("patient")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the browser, and run them last: others fail sooner, and Playwright holds the loop.

    Where processes share the tests, run them first: they take longest, and the short ones fill up what is left.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    is_shared = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None) != is_shared)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium for the whole run. Without one, tests are skipped; in CI they fail."""
    path = os.environ.get("BACKPROP_WIDGETS_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None and os.environ.get("CI"):
        pytest.fail(NO_CHROMIUM)
    if path is None:
        pytest.skip(NO_CHROMIUM)

    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # tests without a browser run without Playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def theme() -> str:
    """The theme of `page` and `lab`; for both: `@pytest.mark.parametrize("theme", ["light", "dark"])`."""
    return "light"


@pytest.fixture
def page(browser: Browser, theme: str) -> Iterator[Page]:
    """An empty page the size of a laptop's screen. Its test fails if a script threw or a request left this machine."""
    asked: list[str] = []
    thrown: list[str] = []
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        color_scheme=theme,
        service_workers="block",  # they hide requests
    )
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("websocket", lambda websocket: asked.append(websocket.url))
    page.on("pageerror", lambda error: thrown.append(str(error)))
    yield page
    context.close()
    outside = [url for url in asked if not is_local(url)]
    assert not outside, f"requests left this machine: {outside}"
    assert not thrown, f"scripts threw: {thrown}"


def is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"about", "blob", "data", "file"} or parts.hostname == "127.0.0.1"


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, the folder it shows, and where it keeps its settings."""

    url: str
    root: Path
    settings: Path

    def add(self, notebook: Path) -> str:
        """Copy a notebook in, since JupyterLab saves what it opens, and return its name."""
        return shutil.copy(notebook, self.root / notebook.name).name

    def open(self, page: Page, name: str) -> None:
        """Open a notebook by itself, in JupyterLab as it is where the page shows it; wait until its kernel answers."""
        if page.url.startswith(self.url):
            page.evaluate(LAB_TURN, name)
        else:
            page.goto(f"{self.url}/doc/tree/{name}?reset")
        page.wait_for_function(LAB_SHOWS, arg=name)
        page.evaluate(LAB_READY)

    def open_and_run(self, page: Page, name: str) -> None:
        """Open a notebook, run all its cells, and wait until the last one has run."""
        self.open(page, name)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")

    def write_setting(self, name: str, value: dict[str, Any]) -> None:
        (self.settings / f"{name}.jupyterlab-settings").write_text(json.dumps(value))

    def ask(self, path: str, method: str = "GET") -> Any:
        """Ask the server's own interface."""
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or "null")


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for the whole run, with every folder of its own."""
    home = tmp_path_factory.mktemp("lab")
    lab = Lab(f"http://127.0.0.1:{free_port()}", home / "root", home / "settings/@jupyterlab/apputils-extension")
    lab.root.mkdir()
    lab.settings.mkdir(parents=True)
    lab.write_setting("notification", {"fetchNews": "false", "checkForUpdates": False})
    for name, content in LAB_SPARED.items():
        (home / "config" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "config" / name).write_text(json.dumps(content))
    with (home / "log").open("w") as log:
        server = subprocess.Popen(lab_command(lab), env=lab_environment(home), stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(lab, server, home / "log")
        yield lab
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def lab(lab_server: Lab, theme: str) -> Iterator[Lab]:
    """JupyterLab in the theme of the test; what the test left running is stopped after it."""
    lab_server.write_setting("themes", {"theme": f"JupyterLab {theme.title()}"})
    yield lab_server
    for session in lab_server.ask("/api/sessions"):
        lab_server.ask(f"/api/sessions/{session['id']}", "DELETE")


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def lab_command(lab: Lab) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={urlsplit(lab.url).port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={lab.root}"),
        *("--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True", "--LabApp.expose_app_in_browser=True"),
    ]


def lab_environment(home: Path) -> dict[str, str]:
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    return {**os.environ, **{variable: str(home / folder) for variable, folder in folders.items()}}


def wait_for(lab: Lab, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return as soon as JupyterLab answers; fail with its log if it ended or took longer than three minutes."""
    end = time.monotonic() + 180
    while server.poll() is None and time.monotonic() < end:
        with suppress(OSError):
            lab.ask("/api/status")
            return
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")

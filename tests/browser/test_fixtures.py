"""The fixtures for browser tests do their job, and each of their checks can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"


BAD_PAGES = {
    "picture": "<img src='http://picture.example/a.png'>",
    "fetch": "<script>fetch('https://data.example')</script>",
    "websocket": "<script>new WebSocket('ws://socket.example')</script>",
    "frame": "<iframe srcdoc=\"<link rel='stylesheet' href='https://style.example/a.css'>\"></iframe>",
    "script": "<script>throw new Error('nobody catches this')</script>",
}


@pytest.fixture
def inner(pytester):
    """A pytest of its own inside a test, with the fixtures of this project."""
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers = browser: needs Chromium")
    return pytester


def test_a_page_that_stays_on_this_machine_passes(page, tmp_path):
    (tmp_path / "page.html").write_text("<title>local</title><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>")
    page.goto((tmp_path / "page.html").as_uri())
    assert page.title() == "local"


@pytest.mark.usefixtures("browser")
def test_a_page_that_asks_another_machine_or_throws_fails_its_test(inner):
    inner.makepyfile(f"""
        import pytest

        @pytest.mark.parametrize("content", {list(BAD_PAGES.values())!r}, ids={list(BAD_PAGES)!r})
        def test(page, content):
            page.set_content(content, wait_until="networkidle")
    """)
    result = inner.runpytest_subprocess()  # a second Playwright needs a process of its own
    result.assert_outcomes(passed=len(BAD_PAGES), errors=len(BAD_PAGES))
    for host in ("http://picture", "https://data", "ws://socket", "https://style"):
        result.stdout.fnmatch_lines(f"E*requests left this machine: *{host}.example*")
    result.stdout.fnmatch_lines("E*scripts threw: *nobody catches this*")


@pytest.mark.parametrize(("ci", "outcome"), [("true", {"errors": 1}), ("", {"skipped": 1})], ids=["CI", "elsewhere"])
def test_without_chromium_a_test_fails_in_ci_and_is_skipped_elsewhere(inner, monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.delenv("BACKPROP_WIDGETS_CHROMIUM", raising=False)
    inner.makepyfile("def test(page): pass")
    result = inner.runpytest_inprocess("-rs")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines("*no Chromium found: install chromium*")


def test_tests_that_use_the_browser_are_marked_and_run_last_or_first_where_processes_share_them(inner, monkeypatch):
    inner.makepyfile("def test_page(page): pass\ndef test_sum(): assert 1 + 1 == 2")
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    inner.runpytest_inprocess("--collect-only", "-q").stdout.fnmatch_lines(["*::test_sum", "*::test_page*"])
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    inner.runpytest_inprocess("--collect-only", "-q").stdout.fnmatch_lines(["*::test_page*", "*::test_sum"])
    marked = inner.runpytest_inprocess("--collect-only", "-q", "-mbrowser")
    marked.stdout.fnmatch_lines(["*::test_page*", "1/2 tests collected*"])

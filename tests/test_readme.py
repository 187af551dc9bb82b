"""The code in the README runs, and says what the README says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def run(text):
    """Run the blocks of Python in a text, one after the other; return how many failed and the report."""
    space: dict[str, object] = {}
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for number, block in enumerate(blocks, 1):
        if block.startswith(">>>"):
            test = doctest.DocTestParser().get_doctest(block, space, f"block {number}", None, 0)
            runner.run(test, out=report.append, clear_globs=False)
            space.update(test.globs)
        else:
            exec(block, space)  # noqa: S102  (our own text)
    return len(blocks), "".join(report)


def test_the_code_in_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks, report = run(README.read_text(encoding="utf-8"))
    assert report == ""
    assert blocks > 2
    assert (tmp_path / "f.html").exists()


@pytest.mark.skipif(
    not (README.parent / "backprop_widgets").is_dir(),
    reason="the tests run against the wheel, away from the repository",
)
def test_files_that_the_readme_names_exist():
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r'(?:\]\(|src="|srcset="|`)([\w./]+/[\w./]*|[\w.]+\.(?:py|md))[)"`]', text))
    assert "docs/stepper_light.png" in named
    assert "start.py" not in named or (README.parent / "start.py").exists()
    assert [name for name in sorted(named) if not (README.parent / name).exists()] == []


def test_a_wrong_line_in_the_readme_is_found():
    _, report = run("```python\nx = 1\n```\n\n```python\n>>> x + 1\n3\n\n```\n")
    assert "Expected:\n    3\nGot:\n    2" in report
    with pytest.raises(NameError):
        run("```python\nundefined\n```\n")

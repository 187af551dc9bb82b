"""No file of code grows beyond what a newcomer reads in one go."""

from __future__ import annotations

from pathlib import Path

LONGEST = 400
ROOT = Path(__file__).parents[1]
FOLDERS = ("backprop_widgets", "benchmarks", "binder", "tests")


def too_long(root):
    """Name each file of Python or JavaScript that is too long, with its number of lines."""
    files = [*root.glob("*.py"), *(file for folder in FOLDERS for file in (root / folder).rglob("*"))]
    for file in sorted(file for file in files if file.suffix in {".py", ".js"}):
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST:
            yield f"{file.relative_to(root).as_posix()}: {lines} lines"


def test_no_file_is_too_long():
    assert list(too_long(ROOT)) == []


def test_a_file_that_is_too_long_is_found(tmp_path):
    (tmp_path / "tests/deep").mkdir(parents=True)
    (tmp_path / "start.py").write_text("pass\n" * 400)
    (tmp_path / "tests/deep/player.js").write_text(";\n" * 401)
    assert list(too_long(tmp_path)) == ["tests/deep/player.js: 401 lines"]

"""Build the wheel, install it in a clean environment, and run there the tests of what is not Python alone.

Finds what the source tree hides: a file left out of the wheel, a dependency that is not declared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "backprop_widgets"
LEFT_BEHIND = shutil.ignore_patterns(PACKAGE.name, ".git", ".venv", ".*_cache", "__pycache__")
DRAWING = ("tests/drawing/test_page.py", "tests/drawing/test_engine.py")
READS_DATA = ("tests/locale", *DRAWING, "tests/widgets")  # texts, styles, scripts
USE = "import backprop_widgets as b; print('imported from', b.__file__); b.record('x * y', x=3, y=4).to_svg()"


def main() -> int:
    """Build, install, use and test; return the exit code of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        wheel = build(scratch / "dist")
        if missing := missing_from(wheel, PACKAGE):
            sys.exit(f"not in the wheel: {missing}")
        python = scratch / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        run(sys.executable, "-m", "venv", "--without-pip", scratch / "venv")
        install(python, wheel)
        run(python, "-c", USE, cwd=scratch)  # with nothing but the declared dependencies
        install(python, f"{wheel}[unit]")
        shutil.copytree(ROOT, scratch / "tree", ignore=LEFT_BEHIND)  # all but the package itself
        tests = [python, "-P", "-m", "pytest", *READS_DATA, "-m", "not browser", "-q", "-p", "no:cacheprovider"]
        return subprocess.run(tests, cwd=scratch / "tree", check=False).returncode


def build(folder: Path) -> Path:
    """Build the wheel of this tree."""
    pip("wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


def missing_from(wheel: Path, package: Path) -> list[str]:
    """Name the files of the package that its wheel lacks."""
    files = {file.relative_to(package.parent).as_posix() for file in package.rglob("*") if file.is_file()}
    with zipfile.ZipFile(wheel) as archive:
        missing = files.difference(archive.namelist())
    return sorted(file for file in missing if "__pycache__" not in file and "/." not in file)  # but for caches


def install(python: Path, what: str | Path) -> None:
    """Install into the environment of a Python, which needs no pip; most is never imported, so nothing is compiled."""
    pip("--python", python, "install", "--no-compile", what)


def pip(*arguments: str | Path) -> None:
    """Run pip, quietly."""
    run(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a program, and end if it fails; it has said why."""
    if code := subprocess.run(command, cwd=cwd, check=False).returncode:
        sys.exit(code)


if __name__ == "__main__":
    sys.exit(main())

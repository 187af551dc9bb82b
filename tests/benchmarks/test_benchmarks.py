"""The benchmarks run. What they measure is asserted nowhere: it depends on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not (ROOT / "benchmarks").is_dir(), reason="benchmarks/ is not part of the package")


def run(*arguments):
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_benchmark_prints_one_table_with_a_ratio():
    done = run("mlp", "--quick")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("## ") == 1
    assert "flat numpy" in done.stdout
    assert " × " in done.stdout


def test_an_unknown_benchmark_is_refused():
    done = run("speed")
    assert done.returncode == 1
    assert "unknown benchmark: 'speed' (must be one of ['scalar'," in done.stderr

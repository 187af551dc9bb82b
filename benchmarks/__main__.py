"""Run all benchmarks or those named, each in a Python of its own: `python -m benchmarks [NAME...] [--quick]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.measure import python

NAMES = (
    *("scalar", "mlp", "recording", "stepping", "size", "imports"),
    *("reading", "variants", "diagnosis", "audit"),
)


def main(arguments):
    """Run them one after the other, and return how many failed."""
    names = [argument for argument in arguments if not argument.startswith("-")] or NAMES
    flags = [argument for argument in arguments if argument.startswith("-")]
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.exit(f"unknown benchmark: {unknown[0]!r} (must be one of {list(NAMES)})")
    print(python(), flush=True)
    commands = [[sys.executable, "-m", f"benchmarks.{name}", *flags] for name in names]
    return sum(subprocess.call(command, cwd=Path(__file__).parents[1]) != 0 for command in commands)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

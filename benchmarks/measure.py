"""Measure several things in turn, and print what was measured as a table. Knows nothing of what is measured."""

from __future__ import annotations

import argparse
import gc
import importlib.util
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence


def options(description: str) -> argparse.Namespace:
    """Read the command line of a benchmark: `--quick` runs it once and small, to see that it works."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="run once and small: the figures mean nothing")
    return parser.parse_args()


def has(module: str) -> bool:
    """Tell whether a peer is installed."""
    return importlib.util.find_spec(module) is not None


def best(
    subjects: Mapping[str, Callable[[], object]],
    rounds: int,
    *,
    clock: Callable[[], float] = time.process_time,
    repeats: int = 1,
) -> dict[str, float]:
    """Give the shortest time of each subject, in seconds for one call.

    The subjects take turns within each round, so that a slow spell of the machine meets all of them. The garbage
    collector runs as it does for a user; what one subject leaves behind is collected before the next begins.
    `time.process_time` counts what this process computes, and not what others keep it waiting.
    """
    shortest = dict.fromkeys(subjects, float("inf"))
    for _ in range(rounds):
        for name, subject in subjects.items():
            gc.collect()
            start = clock()
            for _ in range(repeats):
                subject()
            shortest[name] = min(shortest[name], (clock() - start) / repeats)
    return shortest


def typical(makers: Mapping[str, Callable[[], Callable[[], object]]], rounds: int, *, repeats: int) -> dict[str, float]:
    """Give the median CPU time of each subject, in seconds for one call, over rounds that each begin with a new one.

    Where its arrays come to lie in memory makes a tenth of the time of a small numpy program, and `best` would tell
    whose lay best.
    """
    spent: dict[str, list[float]] = {name: [] for name in makers}
    for _ in range(rounds):
        for name, make in makers.items():
            subject = make()
            subject()  # what is made once is made
            gc.collect()
            start = time.process_time()
            for _ in range(repeats):
                subject()
            spent[name].append((time.process_time() - start) / repeats)
    return {name: median(times) for name, times in spent.items()}


def median(times: Sequence[float]) -> float:
    """The middle one: a single slow round changes nothing."""
    return statistics.median(times)


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table under a title."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    print(f"\n## {title}\n")
    for row in (header, ["-" * width for width in widths], *rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
    print(flush=True)


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} µs"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"


def times(ratio: float) -> str:
    """A ratio: below 1, ours is the smaller."""
    return f"{ratio:.2f} ×"


def python() -> str:
    """The Python and the system that the figures were measured on."""
    return f"Python {platform.python_version()}, {sys.platform}, {platform.machine()}"

"""Run Graphviz: DOT text in, SVG text out. The only file that starts a program."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "BACKPROP_WIDGETS_DOT"
TIMEOUT = 20  # seconds


class EngineNotFoundError(RuntimeError):
    """No Graphviz could be run; the message names the ways to get one."""


@functools.lru_cache(maxsize=64)
def render_svg(dot: str) -> str:
    """Lay out DOT text as SVG, with the first engine that runs.

    The order: the program named by $BACKPROP_WIDGETS_DOT; `dot` on the PATH; the bundled graphviz-pure.
    Raises EngineNotFoundError when none runs, RuntimeError when an engine refuses the text.
    """
    tried = []
    for command in engines():
        try:
            done = subprocess.run(  # noqa: S603  (the program is Graphviz, and the text goes to its standard input)
                [command, "-Tsvg"], input=dot.encode(), capture_output=True, timeout=TIMEOUT, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(
                f"{command} did not lay out this graph within {TIMEOUT} s: mark parts of it with `with gate(...)` and "
                "collapse them, or draw a part of it (an earlier Tensor)"
            ) from error
        except OSError as error:  # not there, not a program, or no processes at all, as in Pyodide
            tried.append(f"{command}: {error.strerror or error}")
            continue
        if done.returncode != 0 or b"<svg" not in done.stdout:
            raise RuntimeError(f"{command} could not lay out the graph: {done.stderr.decode(errors='replace')[:500]}")
        return done.stdout.decode()
    raise EngineNotFoundError(
        "no Graphviz was found to draw with. Install one of these and run the cell again: "
        "`pip install graphviz-pure`, or Graphviz itself (https://graphviz.org/download/), "
        f"or set ${VARIABLE} to the path of a dot program. Tried: {'; '.join(tried) or 'nothing'}"
    )


def engines() -> Iterator[str]:
    """The programs to try, best first."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        yield chosen
    on_path = shutil.which("dot")
    if on_path:
        yield on_path
    scripts = Path(sysconfig.get_path("scripts"))
    for bundled in (scripts / "graphviz-pure", scripts / "graphviz-pure.exe"):
        if bundled.is_file():
            yield str(bundled)
    elsewhere = shutil.which("graphviz-pure")
    if elsewhere:
        yield elsewhere

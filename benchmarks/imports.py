"""What `import backprop_widgets` takes beyond the numpy, ipywidgets and anywidget that it stands on.

The layers above the ops are imported when they are first used: all of them together stand in a row of their own.

python -m benchmarks.imports
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from benchmarks.measure import median, milliseconds, options, table, times

SCRIPT = """
import json, time
start = time.process_time()
import numpy, ipywidgets, anywidget
between = time.process_time()
import backprop_widgets
after = time.process_time()
backprop_widgets.step_through
print(json.dumps([between - start, after - between, time.process_time() - after]))
"""


def seconds(environment):
    """CPU time of the import of the three, then of ours, then of its other layers, in a new Python."""
    command = [sys.executable, "-c", SCRIPT]
    return json.loads(subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout)


def main():
    rounds = 1 if options(__doc__).quick else 25
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        seconds(environment)  # compiles everything, as an installation does
        three, ours, layers = zip(*[seconds(environment) for _ in range(rounds)], strict=True)
    rows = [["numpy, ipywidgets, anywidget", milliseconds(min(three)), milliseconds(median(three)), "", ""]]
    for name, spent, budget in (
        ("backprop_widgets, beyond them", ours, "50 ms"),
        ("its other layers, at first use", layers, ""),
    ):
        ratio = times(min(spent) / min(three))
        rows.append([name, milliseconds(min(spent)), milliseconds(median(spent)), ratio, budget])
    table(
        f"CPU time of an import in a new Python, {rounds} of them",
        ["import", "best", "median", "beyond / the three", "budget"],
        rows,
    )


if __name__ == "__main__":
    main()

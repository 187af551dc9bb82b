"""What `import backprop_widgets` takes beyond the numpy, ipywidgets and anywidget that it stands on.

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
print(json.dumps([between - start, time.process_time() - between]))
"""


def seconds(environment):
    """CPU time of the import of the three, then of ours, in a new Python."""
    command = [sys.executable, "-c", SCRIPT]
    return json.loads(subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout)


def main():
    rounds = 1 if options(__doc__).quick else 25
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        seconds(environment)  # compiles everything, as an installation does
        three, ours = zip(*[seconds(environment) for _ in range(rounds)], strict=True)
    ratio = times(min(ours) / min(three))
    table(
        f"CPU time of an import in a new Python, {rounds} of them",
        ["import", "best", "median", "beyond / the three", "budget"],
        [
            ["numpy, ipywidgets, anywidget", milliseconds(min(three)), milliseconds(median(three)), "", ""],
            ["backprop_widgets, beyond them", milliseconds(min(ours)), milliseconds(median(ours)), ratio, "50 ms"],
        ],
    )


if __name__ == "__main__":
    main()

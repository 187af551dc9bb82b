"""What `import backprop_widgets` takes beyond the numpy, ipywidgets and anywidget that it stands on.

    python -m benchmarks.imports
"""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.measure import median, milliseconds, options, table, times

SCRIPT = """
import json, time
start = time.process_time()
import numpy, ipywidgets, anywidget
between = time.process_time()
import backprop_widgets
print(json.dumps([between - start, time.process_time() - between]))
"""


def seconds():
    """CPU time of the import of the three, then of ours, in a new Python."""
    return json.loads(subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True, text=True).stdout)


def main():
    quick = options(__doc__).quick
    seconds()  # so that everything is compiled
    beneath, ours = zip(*[seconds() for _ in range(1 if quick else 25)], strict=True)
    table(
        "CPU time of an import, in a new Python, best and median of 25",
        ["import", "best", "median", "best / best of the three", "budget"],
        [
            ["numpy, ipywidgets, anywidget", milliseconds(min(beneath)), milliseconds(median(beneath)), "", ""],
            [
                *("backprop_widgets after them", milliseconds(min(ours)), milliseconds(median(ours))),
                *(times(min(ours) / min(beneath)), "50 ms"),
            ],
        ],
    )


if __name__ == "__main__":
    main()

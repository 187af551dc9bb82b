"""Benchmarks: each prints one table, ours beside a peer measured in the same run."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported: all that is timed runs on one thread

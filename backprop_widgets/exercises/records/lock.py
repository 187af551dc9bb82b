"""One writer at a time, among all processes: the system's own lock on a file.

The system gives such a lock back when its holder ends, however it ends; a lock that is only a file that exists would
need a guess at when it is stale. The standard library has all that this takes, and loads at once.
"""

from __future__ import annotations

import errno
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 10.0  # seconds; a write takes milliseconds
HELD = {errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK}  # somebody else has it
NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}  # some network folders

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _take(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[bool]:
    """Hold the lock file; it stays there, empty. Gives False in a folder that knows no locks.

    Raises TimeoutError when another process keeps it, and other OSErrors where the file cannot be made.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        yield _taken(file, path, time.monotonic() + patience)
    finally:
        os.close(file)  # and with it the lock


def _taken(file: int, path: Path, end: float) -> bool:
    while True:
        try:
            _take(file)
        except OSError as error:
            if error.errno in NO_LOCKS:
                return False
            if error.errno not in HELD:
                raise
            if time.monotonic() > end:
                raise TimeoutError(f"another process keeps {path.name}") from error
            time.sleep(random.uniform(0.002, 0.02))  # noqa: S311  (two who wait do not keep step)
        else:
            return True

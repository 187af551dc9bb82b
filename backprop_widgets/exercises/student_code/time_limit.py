"""Stop work that takes too long, and leave the kernel usable.

In the main thread of Linux and macOS an alarm of the system does it: it ends loops, sleeps, and those computations in C
that look for signals, such as `9**9**9` and regular expressions. Elsewhere (Windows, other threads) the work has a
thread of its own, in which an exception is raised: that ends loops at once, and a sleep when it wakes, while the kernel
goes on. What no program can stop from within its own process is C code that never looks up, `sum(range(10**12))`
everywhere and `9**9**9` on Windows: there the kernel has to be restarted. In a browser (Pyodide) there is no limit.
"""

from __future__ import annotations

import _thread
import contextvars
import ctypes
import itertools
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

from backprop_widgets.exercises.student_code.errors import Overtime

AGAIN = 0.01  # seconds between two attempts to stop
ATTEMPTS = 100  # after which it is left to chance: in Python 3.12 all of them can come where one `except` catches them
HALF = 0.5  # of those after it
FAREWELL = 1.0  # seconds of attempts, before a thread that goes on is left alone


def limited(work: Callable[[], Any], seconds: float) -> Any:
    """Give what the work gives. Raises Overtime after that many seconds, and whatever the work raises."""
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        with _alarm(seconds):
            return _guarded(work)
    return _in_thread(work, seconds)


def _guarded(work: Callable[[], Any]) -> Any:
    """The alarm raises only below this frame: never in code that cleans up."""
    return work()


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    begun, outside = time.monotonic(), _depth(sys._getframe())
    attempt, chance = itertools.count().__next__, random.Random().random  # noqa: S311  (the student may have seeded theirs)

    def ring(_: int, frame: FrameType | None) -> None:
        if frame and _depth(frame) > outside and frame.f_code is not ring.__code__:
            raises = attempt() < ATTEMPTS or chance() < HALF
            again = map(_thread.interrupt_main, [signal.SIGALRM])
            _rung = [*again]  # rings once more outside: a bare `except` may catch this one; a call would ring in here
            if raises:
                raise Overtime

    handler = signal.signal(signal.SIGALRM, ring)
    theirs, _ = signal.getitimer(signal.ITIMER_REAL)  # a limit around this one, or an alarm of somebody else
    delay, interval = signal.setitimer(signal.ITIMER_REAL, min(seconds, theirs or seconds), AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler if handler is not None else signal.SIG_DFL)
        if delay:  # theirs goes on, or rings now
            signal.setitimer(signal.ITIMER_REAL, max(delay - (time.monotonic() - begun), AGAIN), interval)


def _depth(frame: FrameType | None) -> int:
    """How many limits, one inside the other, hold in a frame."""
    depth = 0
    while frame:
        depth += frame.f_code is _guarded.__code__
        frame = frame.f_back
    return depth


def _in_thread(work: Callable[[], Any], seconds: float) -> Any:
    given: list[Any] = []
    raised: list[BaseException] = []
    context = contextvars.copy_context()  # settings such as np.errstate hold there too

    def body() -> None:
        try:
            given.append(context.run(work))
        except BaseException as error:  # noqa: BLE001  (it is raised again, in the thread that waits)
            raised.append(error)

    thread = threading.Thread(target=body, name="student code", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no threads in a browser
        if sys.platform != "emscripten":
            raise
        return work()
    thread.join(seconds)
    if thread.is_alive():
        raise _stopped(thread, raised)
    if raised:
        raise raised[0]
    return given[0]


def _stopped(thread: threading.Thread, raised: list[BaseException]) -> Overtime:
    """Raise in the thread until it ends, or is left alone; give the exception, with the place where it came."""
    seen = sys._current_frames().get(thread.ident or 0)
    end = time.monotonic() + FAREWELL
    while thread.is_alive() and time.monotonic() < end:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(Overtime))
        thread.join(AGAIN)
    for error in raised:
        if isinstance(error, Overtime):
            return error
    return _overtime_at(seen)


def _overtime_at(frame: FrameType | None) -> Overtime:
    trace = None
    while frame:
        trace = TracebackType(trace, frame, frame.f_lasti, frame.f_lineno or 1)
        frame = frame.f_back
    return Overtime().with_traceback(trace)

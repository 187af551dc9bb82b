"""Whether nbgrader runs the notebook now, and how to stay silent while it does."""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from typing import Any

LONGEST = 100_000  # characters kept of what was printed; the rest is dropped


@dataclass
class Noise:
    """What would have been on the screen; complete when the block has ended."""

    text: str = ""  # standard output and error, and logging
    warnings: tuple[str, ...] = ()  # the words of each warning


class _Kept(io.TextIOBase):
    """Takes any amount of text, and keeps the beginning."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"a text must be written, got {type(text).__name__}")
        self.text += text[: LONGEST - len(self.text)]
        return len(text)

    def writable(self) -> bool:
        return True


def is_grading() -> bool:
    """Whether nbgrader runs this notebook: to grade it, or because a student pressed Validate.

    >>> is_grading()
    False
    """
    return os.environ.get("NBGRADER_EXECUTION") in {"autograde", "validate"}


@contextmanager
def quietly() -> Iterator[Noise]:
    r"""Keep warnings, logging and everything printed from the screen: nbgrader gives 0 points to a cell that warns.

    Also what code below Python writes to the standard streams. Errors pass.

    >>> with quietly() as noise:
    ...     print("working")
    ...     warnings.warn("overflow")
    >>> noise
    Noise(text='working\n', warnings=('overflow',))
    """
    noise, kept = Noise(), _Kept()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()  # what was printed before belongs on the screen
    try:
        with ExitStack() as stack:
            stack.enter_context(_silent_descriptors())
            stack.enter_context(_logging_to(kept))
            stack.enter_context(redirect_stdout(kept))
            stack.enter_context(redirect_stderr(kept))
            caught = stack.enter_context(warnings.catch_warnings(record=True))
            warnings.simplefilter("always")
            try:
                yield noise
            finally:
                noise.warnings = tuple(str(each.message) for each in caught)
    finally:
        noise.text = kept.text


@contextmanager
def _logging_to(kept: _Kept) -> Iterator[None]:
    """Loggers remember the stream that they were made with."""
    streams = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    turned = [(handler, handler.stream) for handler in _handlers() if any(handler.stream is each for each in streams)]
    before: Any = sys.stderr
    for handler, _ in turned:
        handler.setStream(kept)
    try:
        yield
    finally:
        for handler, stream in turned:
            handler.setStream(stream)
        for handler in _handlers():
            if handler.stream is kept:  # made meanwhile
                handler.setStream(before)


def _handlers() -> Iterator[logging.StreamHandler[io.TextIOBase]]:
    for logger in (logging.root, *logging.root.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", ()):
            if type(handler) is logging.StreamHandler:
                yield handler


@contextmanager
def _silent_descriptors() -> Iterator[None]:
    """Turn the descriptors 1 and 2 to a file that nobody reads: a kernel shows what is written to them."""
    saved: dict[int, int] = {}
    with suppress(OSError), tempfile.TemporaryFile() as nowhere:
        for number in (1, 2):
            saved[number] = os.dup(number)
            os.dup2(nowhere.fileno(), number)
    try:
        yield
    finally:
        for number, copy in saved.items():
            os.dup2(copy, number)
            os.close(copy)

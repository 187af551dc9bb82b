"""What a student's code prints, up to a length: a loop that prints forever must not fill the notebook."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

from backprop_widgets.locale import catalogue

LONGEST = 10_000  # characters


class _Cut(io.TextIOBase):
    """Keeps the beginning of what is written."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.room = LONGEST
        self.is_full = False

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"a text must be written, got {type(text).__name__}")
        if self.room > 0 and text:
            self.pieces.append(text[: self.room])
        self.is_full = self.is_full or len(text) > self.room
        self.room -= min(len(text), self.room)
        return len(text)

    def writable(self) -> bool:
        return True


@contextmanager
def cut_output(locale: str) -> Iterator[None]:
    """Hold back what is printed inside, and print the beginning of it at the end: nothing is half printed."""
    streams: list[tuple[_Cut, TextIO]] = [(_Cut(), sys.stdout), (_Cut(), sys.stderr)]
    (out, _), (err, _) = streams
    try:
        with redirect_stdout(out), redirect_stderr(err):
            yield
    finally:
        for cut, stream in streams:
            text = "".join(cut.pieces)
            if cut.is_full:
                text += "\n" + catalogue(locale)("code.cut", count=f"{LONGEST:,}") + "\n"
            if text and stream is not None:
                stream.write(text)

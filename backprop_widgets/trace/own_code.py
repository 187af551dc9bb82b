"""The student's own lines, and where in them each gate is computed. Pure text: nothing is run from it."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType, FrameType

Place = tuple[int, int, int, int]  # first line, first column, last line, column behind the last: lines from 0
LONGEST = 300  # lines that are kept
PREFIX = 2  # bytes of an instruction


@dataclass(frozen=True)
class Spot:
    """Where a gate is computed in the text."""

    node: str
    line: int
    start: int
    last_line: int
    end: int


@dataclass(frozen=True)
class OwnCode:
    """The function or the expression as the student wrote it."""

    text: str
    spots: tuple[Spot, ...]

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.split("\n")


def source_of(code: CodeType) -> tuple[str, int, int] | None:
    """The text of a function, its first line in the file, and how far it was indented; None where it cannot be read."""
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError, IndexError, SyntaxError):  # typed at a prompt; a file that changed meanwhile
        return None
    text = "".join(lines).expandtabs().rstrip()
    if not text or len(lines) > LONGEST:
        return None
    dedented = textwrap.dedent(text)
    return dedented, first, len(text.split("\n")[0]) - len(dedented.split("\n")[0])


def place_now(frame: FrameType) -> Place:
    """Which part of its source a frame computes just now; lines as in the file, -1 for what Python does not know."""
    positions = list(frame.f_code.co_positions())
    at = frame.f_lasti // PREFIX
    line, last, start, end = positions[at] if at < len(positions) else (None, None, None, None)
    line = line or frame.f_lineno
    return line, -1 if start is None else start, last or line, -1 if end is None else end


def within(text: str, place: Place, first: int, indent: int) -> Place | None:
    """A place of the file as a place of the text, its columns in letters, not in bytes; None for one outside of it."""
    lines = text.split("\n")
    line, start, last, end = place[0] - first, place[1], place[2] - first, place[3]
    if not 0 <= line <= last < len(lines):
        return None
    if start < 0 or end < 0:
        return line, 0, line, len(lines[line])
    return line, letters(lines[line], start - indent), last, letters(lines[last], end - indent)


def written(text: str, places: Mapping[str, Place]) -> OwnCode | None:
    """A text with the places of its gates; None without a text."""
    return OwnCode(text, tuple(Spot(node, *place) for node, place in places.items())) if text else None


def letters(line: str, count: int) -> int:
    """How many letters the first bytes of a line are."""
    return len(line.encode()[: max(count, 0)].decode(errors="ignore"))

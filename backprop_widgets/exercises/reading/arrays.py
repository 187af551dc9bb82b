"""Read the vector or matrix that a student gives: text as in Python or MATLAB, lists, arrays, tensors."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.exercises.reading.numbers import read_number
from backprop_widgets.exercises.reading.refusal import UnreadableError
from backprop_widgets.exercises.reading.tokens import checked
from backprop_widgets.exercises.reading.values import is_unanswered, plain

MAX_LENGTH = 2000  # characters
MAX_ENTRIES = 1000  # of a text or of lists; an ndarray may have more
MAX_AXES = 8
MAKER = re.compile(
    r"\s*(?:\w+\s*\.\s*)?(?:array|asarray|tensor|Tensor|matrix|Matrix|Array)\s*\((?P<inside>.*)\)\s*", re.DOTALL
)
KEYWORDS = re.compile(r"(?:,\s*\w+\s*=\s*[^,\[\]=()]*(?:\([^()\[\]]*\))?)*\s*,?\s*")  # dtype=..., requires_grad=True
OPEN, CLOSE = ("(", "["), (")", "]")


def read_array(given: Any, shape: tuple[int, ...] | None = None) -> Array:
    """Read an array of real numbers; its shape is looked at before its entries.

    Text may be `[[1, -2], [0, 3]]`, `1 -2; 0 3`, or what NumPy and PyTorch print; an entry may be anything that
    `read_number` reads. Raises UnreadableError, with the place of an entry that cannot be read.

    >>> read_array("1 -2; 0 1/2").tolist(), read_array("np.array([3, 2*2])").tolist()
    ([[1.0, -2.0], [0.0, 0.5]], [3.0, 4.0])
    """
    given = plain(given)
    if is_unanswered(given):
        raise UnreadableError("empty")
    if isinstance(given, (np.ndarray, np.generic)) and given.dtype.kind in "fiu":
        return _finite(given, shape)
    rows = _structure(given) if isinstance(given, str) else _lists(given)
    found = _shape(rows)
    if isinstance(given, str) and shape == (1, *found) and "[" not in given:
        rows, found = [rows], shape  # `1 2 3` does not say whether it is the row of a matrix
    _compare(found, shape)
    return np.array([_entry(entry, where) for where, entry in _entries(rows, ())], dtype=np.float64).reshape(found)


def _finite(array: Any, shape: tuple[int, ...] | None) -> Array:
    _compare(array.shape, shape)
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        raise UnreadableError("finite", where=tuple(int(place) + 1 for place in bad[0]))
    return np.array(array, dtype=np.float64)


def _compare(found: tuple[int, ...], shape: tuple[int, ...] | None) -> None:
    if shape is not None and found != tuple(shape):
        raise UnreadableError("wrong shape", f"({', '.join(map(str, found))}{',' * (len(found) == 1)})")


def _lists(given: Any, level: int = 0) -> Any:
    """Lists within lists, and what stands in them: a number, a text, a tensor."""
    given = plain(given)
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if not isinstance(given, (list, tuple)):
        return given
    if level == MAX_AXES:
        raise UnreadableError("deep")
    if len(given) > MAX_ENTRIES:
        raise UnreadableError("long")
    return [_lists(each, level + 1) for each in given]


def _shape(rows: Any) -> tuple[int, ...]:
    """The shape of lists within lists. Raises UnreadableError where they are ragged."""
    if not isinstance(rows, list):
        return ()
    shapes = [_shape(row) for row in rows]
    if any(shape != shapes[0] for shape in shapes):
        raise UnreadableError("ragged", ", ".join(str(shape[0]) if shape else "-" for shape in shapes[:8]))
    found = (len(rows), *(shapes[0] if shapes else ()))
    if np.prod(found, dtype=float) > MAX_ENTRIES:
        raise UnreadableError("long")
    return found


def _entries(rows: Any, where: tuple[int, ...]) -> list[tuple[tuple[int, ...], Any]]:
    if not isinstance(rows, list):
        return [(where, rows)]
    return [found for place, row in enumerate(rows, 1) for found in _entries(row, (*where, place))]


def _entry(entry: Any, where: tuple[int, ...]) -> float:
    try:
        return read_number(entry)
    except UnreadableError as error:
        raise UnreadableError(error.reason, error.what, where) from None


def _structure(text: str) -> Any:
    """The text taken apart into lists of the texts of entries; a text by itself is one entry."""
    text = re.sub(r"[ \t\r]+", " ", checked(text, MAX_LENGTH)).strip()
    text = _as_list(_inside_maker(text))
    if text[:1] == "[":
        return _brackets(text)
    rows = _rows(text)
    return rows[0] if len(rows) == 1 else rows  # without brackets, one entry is a number


def _as_list(text: str) -> str:
    """A tuple, `(1, 2)`, as a list; `(1 + 2)` is none."""
    text = text.strip()
    if text[:1] == "(" and _closing(text, 0) == len(text) - 1 and len(pieces := _split(text[1:-1], ",")) > 1:
        return f"[{', '.join(map(_as_list, pieces))}]"
    return text


def _inside_maker(text: str) -> str:
    """What stands in the brackets of `np.array(...)` or `tensor(...)`, without dtype and the like."""
    made = MAKER.fullmatch(text)
    if made is None:
        return text
    inside = made["inside"].strip()
    end = _closing(inside, 0) if inside[:1] in OPEN else len(inside.partition(",")[0]) - 1
    if not KEYWORDS.fullmatch(inside[end + 1 :]):
        raise UnreadableError("grammar", inside[end + 1 :].strip()[:20])
    return inside[: end + 1]


def _brackets(text: str) -> Any:
    """`[...]`: rows in brackets of their own, or entries."""
    if _closing(text, 0) != len(text) - 1:
        raise UnreadableError("grammar", "]")
    inside = text[1:-1].strip()
    if not inside:
        return []
    if "[" not in inside:
        return _rows(inside)
    rows, at = [], 0
    while at < len(inside):
        if inside[at] != "[":
            raise UnreadableError("grammar", inside[at:].split()[0][:20])
        end = _closing(inside, at)
        rows.append(_brackets(inside[at : end + 1]))
        at = len(inside) - len(inside[end + 1 :].lstrip().removeprefix(",").lstrip())
    return rows


def _rows(text: str) -> Any:
    """`1 -2; 0 3`: rows apart by semicolons or lines; one row is a vector, one entry alone a number."""
    pieces = [row for row in re.split(r"[;\n]", text) if row.strip(" ,\t\r")]
    rows = [_row(row.strip()) for row in pieces]
    if not rows:
        raise UnreadableError("grammar", text.strip()[:20])
    return rows if len(rows) > 1 else rows[0]


def _row(text: str) -> list[str]:
    """The entries of a row: apart by commas if there are any, else by spaces; `1 -2` is two, `1 - 2` is one."""
    if "," in _outside(text):
        pieces = [piece.strip() for piece in _split(text, ",")]
        if pieces[-1] == "":
            pieces.pop()  # `[1, 2,]`
        if "" in pieces:
            raise UnreadableError("grammar", ",")
        return pieces
    at, entries = 0, []
    outside = _outside(text)
    for gap in re.finditer(r"(?<![-+*/↑@(\s])\s+(?=[^-+*/↑\s)]|[-+][^\s])", outside):
        entries.append(text[at : gap.start()])
        at = gap.end()
    return [*entries, text[at:]]


def _outside(text: str) -> str:
    """The text with all that stands in brackets blacked out, of the same length."""
    depth, kept = 0, []
    for character in text:
        depth -= character in CLOSE
        kept.append("." if depth > 0 or (character in (*OPEN, *CLOSE)) else character)
        depth += character in OPEN
    return "".join(kept)


def _split(text: str, sign: str) -> list[str]:
    """Apart at every sign that stands outside of brackets."""
    cuts = [place for place, character in enumerate(_outside(text)) if character == sign]
    return [text[start:end] for start, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(text)], strict=True)]


def _closing(text: str, at: int) -> int:
    """The place of the bracket that closes the one at this place. Raises UnreadableError where none does."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in OPEN) - (text[place] in CLOSE)
        if depth == 0:
            return place
    raise UnreadableError("grammar", text[at])

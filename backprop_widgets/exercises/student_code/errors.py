"""What went wrong in a student's code, in two lines: where, and what. None of the package's own lines are shown."""

from __future__ import annotations

import functools
import inspect
import linecache
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

from backprop_widgets.locale import catalogue

LONGEST = 200  # characters of a message
PACKAGE = Path(__file__).parents[2]
LIBRARIES = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
LIBRARIES = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
FOREIGN = (
    *(str(Path(folder)) for folder in (str(PACKAGE), *LIBRARIES)),
    "<frozen ",
    "<__array_function__",
)


class StudentError(Exception):
    """A student's code raised; `line` and `source` say where, as far as is known, `message` what."""

    def __init__(self, *, line: int | None, source: str, message: str, locale: str = "en") -> None:
        self.line = line
        self.source = source
        self.message = message
        self.locale = locale
        super().__init__(line, source, message)

    def __str__(self) -> str:
        say = catalogue(self.locale)
        where = say("code.whole") if self.line is None else say("code.line", line=self.line, source=self.source)
        return f"{where}\n{self.message}"

    def _render_traceback_(self) -> list[str]:
        """Show these lines instead of a traceback, where a notebook asks."""
        return str(self).splitlines()


class StudentTimeout(StudentError):  # noqa: N818  (the two words say all)
    """A student's code ran too long, and was stopped at `line`."""


class Overtime(SystemExit):  # no `except Exception` catches it, and a thread that ends by it says nothing
    """Raised inside the student's code when its time is over."""


def told(error: BaseException, started: Callable[..., Any] | None, locale: str) -> StudentError:
    """The same error in the student's terms; `started` is the function called, for want of a line inside it."""
    if isinstance(error, SyntaxError) and error.lineno and not _is_foreign(error.filename or ""):
        line, source = error.lineno, error.text or linecache.getline(error.filename or "", error.lineno)
        message = f"{type(error).__name__}: {error.msg}"
    else:
        line, source = place(error.__traceback__, started)
        message = _message(error)
    return StudentError(line=line or None, source=source.strip(), message=message, locale=locale)


def place(trace: TracebackType | None, started: Callable[..., Any] | None) -> tuple[int, str]:
    """The last line of a traceback that is the student's; else the line where the function begins; else (0, "")."""
    own = [(code.co_filename, line) for code, line in _lines(trace) if not _is_foreign(code.co_filename)]
    if not own and (code := _code(started)) and not _is_foreign(code.co_filename):
        own = [(code.co_filename, code.co_firstlineno)]
    if not own:
        return 0, ""
    file, line = own[-1]
    return line, linecache.getline(file, line)


def _lines(trace: TracebackType | None) -> Iterator[tuple[CodeType, int]]:
    while trace:
        yield trace.tb_frame.f_code, trace.tb_lineno
        trace = trace.tb_next


def _is_foreign(file: str) -> bool:
    return file.startswith(FOREIGN)


def _code(function: Any) -> CodeType | None:
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(function) if callable(function) else None
    if not hasattr(function, "__code__") and not inspect.ismethod(function):
        function = getattr(type(function), "__call__", None)  # noqa: B004  (its code is wanted)
    return getattr(function, "__code__", None)


def _message(error: BaseException) -> str:
    try:
        words = " ".join(str(error).split())
    except Exception:  # noqa: BLE001  (an exception of the student's own may be broken too)
        words = ""
    name = type(error).__name__
    text = f"{name}: {words}" if words else name
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

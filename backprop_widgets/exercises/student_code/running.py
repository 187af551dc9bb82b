"""Run a program or call a function of a student's, on copies of the arrays that it is given."""

from __future__ import annotations

import copy
import linecache
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from backprop_widgets.exercises.student_code.errors import Overtime, StudentError, StudentTimeout, place, told
from backprop_widgets.exercises.student_code.output import cut_output
from backprop_widgets.exercises.student_code.time_limit import limited
from backprop_widgets.locale import catalogue

SECONDS = 2.0


def run(code: str, namespace: Mapping[str, Any], *, seconds: float = SECONDS, locale: str = "en") -> dict[str, Any]:
    r"""Run a program in a copy of the namespace, and give that copy as the program leaves it.

    Arrays, and lists, tuples, dicts and sets of them, are copied; everything else is shared.
    Raises StudentError when the program fails, StudentTimeout when it takes longer than that many seconds.

    >>> run("dx = dq * y", {"dq": 2.0, "y": 5.0})["dx"]
    10.0
    >>> run("dq = 1.0\ndx = dq * why", {})
    Traceback (most recent call last):
    backprop_widgets.exercises.student_code.errors.StudentError: Line 2 of your code: dx = dq * why
    NameError: name 'why' is not defined
    """
    space = {"__name__": "__main__"} | copied(dict(namespace))
    file = _remembered(code)

    def work() -> None:
        program = compile(code, file, "exec", dont_inherit=True)
        exec(program, space)  # noqa: S102  (the student's own program, in the student's own kernel)

    _told(work, None, seconds, locale)
    added = {"__builtins__", "__name__"} - set(namespace)
    return {name: value for name, value in space.items() if name not in added}


def call(function: Callable[..., Any], *args: Any, seconds: float = SECONDS, locale: str = "en", **kw: Any) -> Any:
    """Call a function on copies of its arguments (as `run` copies them), and give what it returns.

    Raises StudentError and StudentTimeout, as `run` does. What a lambda holds is not copied: a check that wants to see
    whether its arrays are changed calls `call(lambda: backward(ctx, upstream))`.

    >>> call(lambda x: 2 * x, 3)
    6
    """
    args, kw = copied((args, kw))
    return _told(lambda: function(*args, **kw), function, seconds, locale)


def copied(value: Any, memo: dict[int, Any] | None = None) -> Any:
    """Copy arrays, also those in lists, tuples, dicts and sets; two names of one array are so in the copy too."""
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    made: Any = value
    if isinstance(value, np.ndarray):
        made = memo[id(value)] = copy.deepcopy(value)
    elif type(value) is list:
        made = memo[id(value)] = []
        made.extend(copied(each, memo) for each in value)
    elif type(value) is dict:
        made = memo[id(value)] = {}
        made.update((key, copied(each, memo)) for key, each in list(value.items()))
    elif type(value) is tuple:
        made = memo[id(value)] = tuple(copied(each, memo) for each in value)
    elif type(value) is set:
        made = memo[id(value)] = set(value)
    return made


def _told(work: Callable[[], Any], function: Callable[..., Any] | None, seconds: float, locale: str) -> Any:
    """Give what the work gives; raise what went wrong in the student's terms, without the lines that led there."""
    if not seconds > 0:
        raise ValueError(f"seconds must be more than 0, got {seconds!r}")
    try:
        with cut_output(locale):
            return limited(work, seconds)
    except Overtime as error:
        line, source = place(error.__traceback__, function)
        message = catalogue(locale)("code.slow", seconds=f"{seconds:g}")
        problem: StudentError = StudentTimeout(line=line or None, source=source.strip(), message=message, locale=locale)
    except (KeyboardInterrupt, StudentError):  # the student pressed Interrupt; or it is told already
        raise
    except BaseException as error:  # noqa: BLE001  (also SystemExit: `exit()` must not end the kernel)
        problem = told(error, function, locale)
    raise problem from None


def _remembered(code: str) -> str:
    """A file name for the program, under which its lines are found."""
    file = f"<your code {zlib.crc32(code.encode(errors='replace')):08x}>"
    lines = [line + "\n" for line in code.splitlines()]
    linecache.cache[file] = (len(code), None, lines, file)  # no time: it is never thrown away as outdated
    return file

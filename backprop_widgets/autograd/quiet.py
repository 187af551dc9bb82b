"""Compute without numpy's warnings, which the package's own take the place of; or stop at what they would be about."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import numpy as np

_silent = copy_context()  # numpy keeps its settings in the context; entering one is ten times faster than np.errstate
_strict = copy_context()


def quietly(rule: Callable[..., Any], *inputs: Any, **options: Any) -> Any:
    """Run one of the package's own rules; not a student's, which may look at context variables.

    >>> quietly(lambda: np.float64(1) / 0)
    np.float64(inf)
    """
    return _silent.copy().run(rule, *inputs, **options)  # a copy: no context is entered twice


# `strict().run(rule, x)` computes up to where numpy makes infinite or undefined numbers of finite ones
strict = _strict.copy


def _numpy_tells() -> bool:
    try:
        strict().run(np.exp, np.full(8, 1e3))
    except FloatingPointError:
        return True
    return False


_silent.run(np.seterr, all="ignore")
_strict.run(np.seterr, all="raise", under="ignore")
NUMPY_TELLS = _numpy_tells()  # not where the processor keeps no flags, as in WebAssembly

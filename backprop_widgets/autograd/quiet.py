"""Compute without numpy's warnings, which the package's own take the place of."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import numpy as np

_silent = copy_context()  # numpy keeps its settings in the context; entering one is ten times faster than np.errstate


def quietly(rule: Callable[..., Any], *inputs: Any, **options: Any) -> Any:
    """Run one of the package's own rules; not a student's, which may look at context variables.

    >>> quietly(lambda: np.float64(1) / 0)
    np.float64(inf)
    """
    return _silent.copy().run(rule, *inputs, **options)  # a copy: no context is entered twice


_silent.run(np.seterr, all="ignore")

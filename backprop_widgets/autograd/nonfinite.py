"""The warning of numbers that are not finite, given at the user's own line."""

from __future__ import annotations

import warnings

from backprop_widgets.autograd.caller import caller


class NonFiniteWarning(RuntimeWarning):
    """A gate gave an infinite or undefined value, or a gradient did; the value is kept and shown as it is."""


def warn(found: str) -> None:
    """Say what was found, at the line outside of the package that led to it: the ways here differ in length."""
    _, level = caller()
    warnings.warn(found, NonFiniteWarning, stacklevel=level)


__all__ = ["NonFiniteWarning", "warn"]

"""Points as nbgrader reads them: a plain float for it, with the reasons as HTML for the student."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from typing import Any, Self

from backprop_widgets.locale import catalogue


class Score(float):
    """A number of points between 0 and a maximum; as the last value of a cell, nbgrader takes it as partial credit.

    nbgrader reads the printed value, and gives full points for anything that is no number from 0, such as nan, -1 or
    `np.float64(0.0)`. So a score is always finite, in its range, and printed as a float.

    >>> Score(2.5, 5, ["dx: not yet"])
    2.5
    >>> Score(7, 5), Score(-1, 5), Score(float("nan"), 5)
    (5.0, 0.0, 0.0)
    """

    maximum: float
    reasons: tuple[str, ...]
    locale: str

    def __new__(cls, value: float, maximum: float, reasons: Iterable[str] = (), *, locale: str = "en") -> Self:
        top = float(maximum)
        if not (math.isfinite(top) and top >= 0):
            raise ValueError(f"the maximum must be a finite number from 0, got {maximum!r}")
        points = float(value)
        self = super().__new__(cls, min(max(points, 0.0), top) + 0.0 if math.isfinite(points) else 0.0)
        self.maximum = top
        self.reasons = tuple(str(reason) for reason in reasons)
        self.locale = locale
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Make copies and pickles whole: a float alone would forget the maximum."""
        return (float(self), self.maximum, self.reasons), {"locale": self.locale}

    def __repr__(self) -> str:
        return float.__repr__(self)

    __str__ = __repr__

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002, FBT001  (as IPython calls it)
        """Print all digits, whatever `%precision` says: nbgrader reads this text."""
        printer.text(repr(self))

    def _repr_html_(self) -> str:
        """Write the points, and under them the reasons."""
        says = catalogue(self.locale)("records.points", points=f"{float(self):g}", maximum=f"{self.maximum:g}")
        items = "".join(f"<li>{html.escape(reason)}</li>" for reason in self.reasons)
        listed = f"<ul>{items}</ul>" if items else ""
        return f'<div class="bw-score"><strong>{html.escape(says)}</strong>{listed}</div>'

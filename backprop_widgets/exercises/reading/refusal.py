"""Why an answer cannot be read: the reason as data, and what a student is told."""

from __future__ import annotations

from typing import Literal

from backprop_widgets.locale import Catalogue

Reason = Literal[
    "empty",
    "long",
    "deep",
    "character",
    "name",
    "comma",
    "arguments",
    "times",
    "call",
    "grammar",
    "finite",
    "vector",
    "shape",
    "type",
    "ragged",
    "wrong shape",
    "points",
    "product",
    "add",
    "axis",
    "choice",
    "sign",
    "order",
    "twice",
    "missing",
    "cells",
    "cell",
]
Kind = Literal["number", "array", "shape", "symbols", "matrices", "choice", "role", "sign", "order", "cells"]


class UnreadableError(ValueError):
    """A text that is no answer. `reason` is the key of what to tell the student, `what` the part that is meant.

    `where` is the entry of an array that cannot be read, counted from 1 as people count.
    """

    def __init__(self, reason: Reason, what: str = "", where: tuple[int, ...] = ()) -> None:
        self.reason = reason
        self.what = what
        self.where = where
        super().__init__(f"cannot read this answer ({reason})" + (f": {what}" if what else ""))

    def text(self, say: Catalogue, kind: Kind = "number") -> str:
        """What the student is told: what cannot be read, and what may be written instead.

        >>> from backprop_widgets.locale import catalogue
        >>> UnreadableError("name", "tree").text(catalogue("en"))
        'I do not know “tree”. Type a number or a short sum, such as -4, 0.25, -1/3, 2*3 or exp(-1).'
        """
        text = say(f"read.{self.reason}", what=self.what, may=say(f"may.{kind}")).strip()
        if not self.where:
            return text
        return f"{say('read.entry', where=', '.join(map(str, self.where)))} {text}"

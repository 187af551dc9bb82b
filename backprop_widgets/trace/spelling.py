"""Spell names as Python identifiers, each one once. Knows nothing of graphs."""

from __future__ import annotations

import itertools
import keyword
import unicodedata
from collections.abc import Iterable


class Names:
    """The names of one program: no two things share one, and none is taken that Python or the program needs."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = {*keyword.kwlist, "_", "np", *taken}

    def give(self, *wanted: str) -> str:
        """The first of the wanted names that is free, spelled as an identifier; else the first with a number."""
        spelled = [identifier(name) for name in wanted]
        numbered = (f"{spelled[0]}_{number}" for number in itertools.count(2))
        name = next(name for name in itertools.chain(spelled, [f"{spelled[0]}_"], numbered) if name not in self.taken)
        self.taken.add(name)
        return name


def identifier(name: str) -> str:
    """Spell a name as Python allows, in the form in which Python compares names.

    >>> identifier("w1"), identifier("loss (mean)"), identifier("2nd"), identifier("ŷ+"), identifier("__name__")
    ('w1', 'loss_mean', '_2nd', 'ŷ', 'name')
    """
    normal = unicodedata.normalize("NFKC", name)  # wide and narrow letters are one to Python
    spelled = "".join(letter if f"_{letter}".isidentifier() else " " for letter in normal)
    spelled = "_".join(spelled.split()) or "v"
    if spelled.startswith("__") and spelled.endswith("__"):  # these mean something to Python
        spelled = spelled.strip("_") or "v"
    return spelled if spelled.isidentifier() else f"_{spelled}"

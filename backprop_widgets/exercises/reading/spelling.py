"""Match what was typed with names that are known, though it be written a little differently."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

GREEK = {
    "alpha": "α",  # noqa: RUF001  (signs that look alike are what this is about)
    "beta": "β",
    "gamma": "γ",  # noqa: RUF001
    "delta": "δ",
    "epsilon": "ε",
    "eps": "ε",
    "eta": "η",
    "theta": "θ",
    "lambda": "λ",
    "lam": "λ",
    "mu": "μ",
    "sigma": "σ",
    "phi": "φ",
}
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def known(word: str, names: Iterable[str]) -> str:
    """The one of the names that is meant: itself, else spelled otherwise, else in other letters case.

    >>> known("x₁", ["x_1", "dY"]), known("dy", ["x_1", "dY"]), known("lambda", ["λ"]), known("z", ["x_1"])
    ('x_1', 'dY', 'λ', '')
    """
    names = tuple(names)
    if word in names:
        return word
    for alike in (_spelled, lambda name: _spelled(name).casefold()):
        found = [name for name in names if alike(name) == alike(word)]
        if len(found) == 1:
            return found[0]
    return ""


def squeezed(text: str) -> str:
    """A text without what people leave out or add: case, spaces, hyphens, quotation marks, a full stop.

    >>> squeezed(" Swap-Multiplier. ")
    'swapmultiplier'
    """
    text = unicodedata.normalize("NFC", text).casefold()  # Korean from a Mac comes in pieces
    return "".join(character for character in text if character not in " \t\n-_‐–'\"“”‘’.")  # noqa: RUF001


def _spelled(name: str) -> str:
    name = unicodedata.normalize("NFC", name).translate(SUBSCRIPTS).replace("_", "")
    name = name.replace("hat", "\u0302") if name.endswith("hat") else unicodedata.normalize("NFD", name)
    return GREEK.get(name, name)

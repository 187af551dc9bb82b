"""Take the text of a formula apart into words and signs, those that look alike made one."""

from __future__ import annotations

import re
import unicodedata

from backprop_widgets.exercises.reading.refusal import UnreadableError

MAX_LENGTH = 200  # characters
MAX_DEPTH = 20  # brackets inside brackets

ALIKE = str.maketrans(
    {
        **dict.fromkeys("−–—﹣－", "-"),  # noqa: RUF001  (signs that look alike are what this is about)
        **dict.fromkeys("×·⋅∙∗", "*"),  # noqa: RUF001
        **dict.fromkeys("÷∕", "/"),  # noqa: RUF001
        "＋": "+",  # noqa: RUF001
        "^": "↑",
        **dict.fromkeys("ᵀ'’", "'"),  # noqa: RUF001
        **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
        "\u00a0": " ",
    }
)
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<module>(?:np|numpy|math|torch|jnp|F)\.(?=[A-Za-z]))"
    r"|(?P<method>\.(?:T\b|sum\b|mean\b|dot\b))"
    r"|(?P<name>[^\W\d_][\w\u0302]*)|(?P<sign>\*\*|[-+*/↑(),\[\]@'=]))"
)
DECIMAL_COMMA = re.compile(r"\s*[-+]?[0-9]+,[0-9]+\s*")
THOUSANDS = re.compile(r"\s*[-+]?[1-9][0-9]{0,2},[0-9]{3}\s*")  # 1,000 is a thousand to some and one to others
OF_MATRICES = ("@", "'", "=", ".T", ".sum", ".mean", ".dot")


def checked(text: str, longest: int = MAX_LENGTH) -> str:
    """The text with its signs made alike, if it is short and shallow enough to be parsed at all."""
    if not text.strip():
        raise UnreadableError("empty")
    if len(text) > longest:
        raise UnreadableError("long")
    depth = deepest = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise UnreadableError("deep")
    return unicodedata.normalize("NFC", text).translate(ALIKE)


def with_point(text: str) -> str:
    """The text with a decimal comma turned into a point, where it is one such number."""
    if THOUSANDS.fullmatch(text):
        raise UnreadableError("comma", text.strip())
    return text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text


def tokens_of(text: str, *, has_matrices: bool = False) -> list[str]:
    """The words and signs of a text. Raises UnreadableError for a character that is in none."""
    tokens: list[str] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or not (match["name"] is None or match["name"].isidentifier()):
            raise UnreadableError("character", text[at:].strip()[:1])
        word = match.group().strip()
        if word in OF_MATRICES and not has_matrices:
            raise UnreadableError("character", word[0])
        if not match["module"]:  # `np.exp` is exp
            tokens.append(word)
        at = match.end()
    return tokens

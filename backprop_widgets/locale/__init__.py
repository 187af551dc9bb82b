"""What the package says, in English and Korean: one catalogue for each language, with equal keys."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "ko")


class Catalogue:
    """The texts of one language: `say("step.seed", output="f")`."""

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, /, **values: Any) -> str:
        """Fill in a text. Raises KeyError for an unknown key."""
        return self.texts[key].format(**values)

    def section(self, prefix: str) -> dict[str, str]:
        """All texts below a prefix, unfilled: what the player shows."""
        return {
            key.removeprefix(prefix + "."): text for key, text in self.texts.items() if key.startswith(prefix + ".")
        }

    def role(self, role: str) -> str:
        """The name of a gate's role; a role of a student's own is its own name."""
        return self.texts.get(f"role.{role}.name", role)


@functools.cache
def catalogue(language: str) -> Catalogue:
    """The texts of a language. Raises ValueError for one that is not there."""
    if language not in LANGUAGES:
        raise ValueError(f"locale must be one of {', '.join(LANGUAGES)}, got {language!r}")
    files = sorted(Path(__file__).with_name(language).glob("*.toml"))  # one for each part of the package
    texts: dict[str, str] = {}
    for file in files:
        texts |= _flat(tomllib.loads(file.read_text(encoding="utf-8")), "")
    return Catalogue(language, texts)


def _flat(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return pairs

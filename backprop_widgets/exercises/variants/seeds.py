"""Whose numbers are which: a seed from who asks what, and the short code that is printed for it.

A seed is small enough for a code of five characters, and a sixth that finds mistyped ones.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Mapping, Sequence

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUWXYZ"  # without 0 O, 1 I, and the V that is U by hand: 31, a prime number
BASE = len(ALPHABET)
LENGTH = 5
SEEDS: int = BASE**LENGTH  # how many there are: 28 629 151
NOBODY = "anonymous"


def seed_of(  # noqa: PLR0913, PLR0917  (a variant belongs to all of these)
    course: str,
    assignment: str,
    question: str,
    student: str,
    version: int | str = 1,
    salt: str = "",
    *,
    overrides: Mapping[str, str] | None = None,
    among: Sequence[int] | None = None,
) -> int:
    """The seed of a student's variant of a question: the same at home, in class and at grading.

    `version` counts the editions of this question, so that a change of one moves no other. `overrides` names the
    variant code of single students; `among` are the seeds that have been tested, if only they may be given out.

    >>> seed_of("ml101", "hw3", "q1", "s123")
    16939336
    >>> seed_of("ml101", "hw3", "q1", "s123", overrides={"s123": code_of(7)})
    7
    """
    student = _plain(student)
    for name, code in (overrides or {}).items():
        if _plain(name) == student:
            return seed_from(code)
    text = "|".join(_field(each) for each in (course, assignment, question, student, str(version), salt))
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    if among is None:
        return number % SEEDS
    if not among:
        raise ValueError("there are no tested seeds to choose from")
    return among[number % len(among)]


def code_of(seed: int) -> str:
    """The code that is printed beside a question, and that rebuilds its variant anywhere.

    >>> code_of(7), code_of(SEEDS - 1)
    ('v22229D', 'vZZZZZD')
    """
    if type(seed) is not int or not 0 <= seed < SEEDS:
        raise ValueError(f"a seed that has a code is an int from 0 to {SEEDS - 1}, got {seed!r}")
    digits: list[int] = []
    for _ in range(LENGTH):
        seed, digit = divmod(seed, BASE)
        digits.insert(0, digit)
    return "v" + "".join(ALPHABET[digit] for digit in [*digits, _check(digits)])


def seed_from(code: str) -> int:
    """The seed that a code stands for. Raises ValueError that says in words what is wrong with it.

    >>> seed_from(code_of(7)), seed_from(" V22229D ")
    (7, 7)
    """
    text = unicodedata.normalize("NFKC", str(code)).strip().upper().replace("-", "").replace(" ", "")
    characters = text.removeprefix("V")  # which is no character of a code
    for character in characters:
        if character not in ALPHABET:
            raise ValueError(f"no variant code has the character {character!r}, got {code!r}: look at it again")
    if len(characters) != LENGTH + 1:
        raise ValueError(f"a variant code is v and {LENGTH + 1} characters, such as {code_of(7)}, got {code!r}")
    *digits, check = (ALPHABET.index(character) for character in characters)
    if check != _check(digits):
        raise ValueError(f"the variant code {code!r} is mistyped: one character is wrong, or two have changed places")
    seed = 0
    for digit in digits:
        seed = seed * BASE + digit
    return seed


def student_name(given: str | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Who answers: the name given, else $BACKPROP_STUDENT, else $JUPYTERHUB_USER, else "anonymous".

    A grader must give the name that stands in the record: at grading, the environment is the grader's own.
    """
    environment = os.environ if environment is None else environment
    names = (given, environment.get("BACKPROP_STUDENT"), environment.get("JUPYTERHUB_USER"))
    return next((_plain(name) for name in names if name and name.strip()), NOBODY)


def _check(digits: Sequence[int]) -> int:
    """A sum with weights, in a field: no single wrong character and no exchange of two goes unnoticed."""
    return sum(place * digit for place, digit in enumerate(digits, 2)) % BASE


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()  # a Korean name from a Mac comes in pieces


def _field(text: str) -> str:
    return _plain(text).replace("\\", r"\\").replace("|", r"\|")  # so that "a|b" is not "a" and "b"

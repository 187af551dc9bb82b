"""Every language says the same things, with the same places to fill in."""

from __future__ import annotations

import string
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

import backprop_widgets.locale
from backprop_widgets.locale import LANGUAGES, Catalogue, catalogue

ENGLISH = catalogue("en").texts


def placeholders(text):
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


def differences(texts, others):
    """What one language says that the other does not, or fills in otherwise."""
    yield from (f"{key} is missing" for key in texts.keys() - others.keys())
    yield from (f"{key} is too much" for key in others.keys() - texts.keys())
    for key in texts.keys() & others.keys():
        if placeholders(texts[key]) != placeholders(others[key]):
            yield f"{key} fills in {placeholders(others[key])}, not {placeholders(texts[key])}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_what_english_says(language):
    assert list(differences(ENGLISH, catalogue(language).texts)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language):
    assert [key for key, text in catalogue(language).texts.items() if not text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_to_a_mistake_ends_in_a_question(language):
    said = {key: text for key, text in catalogue(language).texts.items() if key.startswith(("slip.", "slip_hint."))}
    questions = {key for key, text in said.items() if text.endswith("?")}
    assert {key for key in said if not key.endswith(".name")} - questions == {"slip_hint.one"}  # ends in what it quotes


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_file_hides_a_text_of_another(language):
    files = sorted(Path(backprop_widgets.locale.__file__).with_name(language).glob("*.toml"))
    keys = [backprop_widgets.locale._flat(tomllib.loads(file.read_text(encoding="utf-8")), "") for file in files]
    assert [both for one, other in combinations(keys, 2) if (both := dict(one).keys() & dict(other).keys())] == []


def test_every_way_to_differ_is_found():
    texts = {"a": "one {x}", "b": "two", "c": "{x} and {y}"}
    others = {"a": "하나 {z}", "c": "{y}, {x}", "d": "넷"}
    assert sorted(differences(texts, others)) == ["a fills in ['z'], not ['x']", "b is missing", "d is too much"]


def test_a_text_is_filled_in():
    say = catalogue("en")
    assert say("ui.position", step=5, count=12) == "Step 5 of 12"
    assert say.section("ui")["next"] == "Next"


def test_a_role_of_a_students_own_is_its_own_name():
    assert catalogue("en").role("swap multiplier") == "swap multiplier"
    assert catalogue("ko").role("swap multiplier") == "교환기"
    assert catalogue("en").role("doubler") == "doubler"


def test_an_unknown_key_is_an_error():
    with pytest.raises(KeyError):
        Catalogue("en", {"a": "b"})("c")


def test_an_unknown_language_is_told_which_there_are():
    with pytest.raises(ValueError, match="locale must be one of en, ko, got 'de'"):
        catalogue("de")

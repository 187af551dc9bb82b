"""Seeds and their codes: one for each student and question, and a mistyped code is told so."""

from __future__ import annotations

import string
import unicodedata

import pytest

from backprop_widgets.exercises.variants import SEEDS, code_of, seed_from, seed_of, student_name
from backprop_widgets.exercises.variants.seeds import ALPHABET

ME = ("ml101", "hw3", "q1", "s123")


def test_a_seed_is_the_same_everywhere():
    assert seed_of(*ME) == seed_of(*ME) == 16939336
    assert code_of(16939336) == "vLCLS8H"


@pytest.mark.parametrize("place", range(6))
def test_whatever_a_seed_depends_on_changes_it(place):
    fields = [*ME, 1, "salt"]
    changed = list(fields)
    changed[place] = "other"
    assert seed_of(*fields) != seed_of(*changed)


def test_no_two_ways_to_cut_a_text_give_one_seed():
    assert seed_of("a|b", "c", "q", "s") != seed_of("a", "b|c", "q", "s")
    assert seed_of("a\\", "|b", "q", "s") != seed_of("a\\|", "b", "q", "s")
    assert seed_of("a", "", "q", "s") != seed_of("", "a", "q", "s")


def test_a_name_is_the_same_however_a_machine_writes_it():
    pieces = unicodedata.normalize("NFD", "김하늘")
    assert pieces != "김하늘"
    assert seed_of("c", "a", "q", pieces) == seed_of("c", "a", "q", " 김하늘 ")
    assert seed_of("c", "a", "q", "김하늘", overrides={pieces: code_of(5)}) == 5


def test_seeds_are_spread_over_all_that_have_a_code():
    seeds = [seed_of("c", "a", "q", f"s{k}") for k in range(2000)]
    assert len(set(seeds)) > 1990
    assert min(seeds) < SEEDS / 100
    assert max(seeds) > SEEDS * 0.99


def test_a_student_may_be_given_another_variant():
    assert seed_of(*ME, overrides={"s123": code_of(7), "s124": code_of(8)}) == 7
    assert seed_of(*ME, overrides={"s124": code_of(8)}) == seed_of(*ME)


def test_only_tested_seeds_are_given_out_where_they_are_listed():
    assert {seed_of("c", "a", "q", f"s{k}", among=(3, 5, 9)) for k in range(50)} == {3, 5, 9}
    with pytest.raises(ValueError, match="no tested seeds"):
        seed_of(*ME, among=())


@pytest.mark.parametrize("seed", [0, 1, 30, 31, 12345, SEEDS // 2, SEEDS - 1])
def test_a_code_rebuilds_its_seed(seed):
    code = code_of(seed)
    assert len(code) == 7
    assert {seed_from(written) for written in (code, code.upper(), code.lower(), f" {code} ", code[1:])} == {seed}


def test_no_code_has_a_character_that_looks_like_another():
    assert set(ALPHABET).isdisjoint("01OIVl")
    assert len(ALPHABET) == len(set(ALPHABET)) == 31


def test_every_single_wrong_character_is_found():
    code = code_of(16939336)
    for place in range(1, len(code)):
        for wrong in set(ALPHABET) - {code[place]}:
            with pytest.raises(ValueError, match="is mistyped"):
                seed_from(code[:place] + wrong + code[place + 1 :])


def test_every_exchange_of_two_characters_is_found():
    code = "v" + "".join(sorted(code_of(16939336)[1:]))
    codes = [code_of(seed) for seed in (16939336, 7, 1234567, 22222222)]
    for code in codes:
        for one in range(1, len(code)):
            for other in range(one + 1, len(code)):
                if code[one] != code[other]:
                    signs = list(code)
                    signs[one], signs[other] = signs[other], signs[one]
                    with pytest.raises(ValueError, match="is mistyped"):
                        seed_from("".join(signs))


def test_a_code_without_a_check_would_miss_them(monkeypatch):
    monkeypatch.setattr("backprop_widgets.exercises.variants.seeds._check", lambda digits: 0)
    assert seed_from("v22232" + ALPHABET[0]) != seed_from("v22322" + ALPHABET[0])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("v2222", "a variant code is v and 6 characters, such as v22229D, got 'v2222'"),
        ("v2222222222", "a variant code is v and 6 characters"),
        ("", "a variant code is v and 6 characters"),
        ("v22O29D", "no variant code has the character 'O', got 'v22O29D'"),
        ("v22029D", "no variant code has the character '0'"),
        ("v1l229D", "no variant code has the character '1'"),
        ("v2222!D", "no variant code has the character '!'"),
        ("v22229E", "is mistyped: one character is wrong, or two have changed places"),
        (7, "a variant code is v and 6 characters"),
        (None, "no variant code has the character 'O'"),
    ],
)
def test_what_is_no_code_is_told_in_words(code, words):
    with pytest.raises(ValueError, match=words):
        seed_from(code)


@pytest.mark.parametrize("seed", [-1, SEEDS, 1.5, True, "7"])
def test_only_a_seed_of_this_size_has_a_code(seed):
    with pytest.raises(ValueError, match="a seed that has a code is an int from 0 to 28629150"):
        code_of(seed)


@pytest.mark.parametrize(
    ("given", "environment", "name"),
    [
        ("me", {"BACKPROP_STUDENT": "a", "JUPYTERHUB_USER": "b"}, "me"),
        (None, {"BACKPROP_STUDENT": "a", "JUPYTERHUB_USER": "b"}, "a"),
        (None, {"JUPYTERHUB_USER": "b"}, "b"),
        (" ", {"BACKPROP_STUDENT": "", "JUPYTERHUB_USER": " b "}, "b"),
        (None, {}, "anonymous"),
    ],
)
def test_the_student_is_the_first_who_is_named(given, environment, name):
    assert student_name(given, environment) == name


def test_the_environment_is_that_of_the_process(monkeypatch):
    monkeypatch.setenv("BACKPROP_STUDENT", "s7")
    assert student_name() == "s7"


def test_codes_are_made_of_letters_that_are_in_ascii():
    assert set(ALPHABET) <= set(string.ascii_uppercase + string.digits)

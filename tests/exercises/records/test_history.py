"""Tries and their histories: what they hold, how they merge, and what is refused."""

from __future__ import annotations

import json

import pytest

from backprop_widgets.exercises.records.history import History, Try, from_data, merged, now, to_data, to_text

EARLY, LATE = "2026-03-02T08:00:00+00:00", "2026-03-02T09:00:00+00:00"


def one(text, time=EARLY):
    return {"q1": {"v1": History((Try({"x": text}, time=time),))}}


def test_time_never_stands_still():
    times = [now() for _ in range(1000)]
    assert len(set(times)) == 1000
    assert times == sorted(times)


def test_times_are_kept_in_utc():
    assert Try({}, time="2026-03-02T18:00:00+09:00").time == "2026-03-02T09:00:00.000000+00:00"


def test_merging_keeps_every_try_once_in_order():
    both = merged(one("late", LATE), one("early"), one("late", LATE))
    assert [each.answers["x"] for each in both["q1"]["v1"].tries] == ["early", "late"]


def test_tries_of_one_moment_with_other_answers_are_both_kept():
    assert len(merged(one("a"), one("b"))["q1"]["v1"].tries) == 2


def test_merging_keeps_questions_and_variants_apart():
    both = merged(one("a"), {"q1": {"v2": History()}, "q2": {"v1": History()}})
    assert {(question, variant) for question, variants in both.items() for variant in variants} == {
        ("q1", "v1"),
        ("q1", "v2"),
        ("q2", "v1"),
    }


def test_merging_changes_nothing_that_it_is_given():
    first = one("a")
    merged(first, one("b"))
    assert len(first["q1"]["v1"].tries) == 1


def test_a_reset_hides_the_answers_before_it_and_none_after():
    history = one("early")["q1"]["v1"]
    assert History(history.tries, reset=Try({}, time=EARLY).time).answers is None
    assert History((*history.tries, Try({"x": "late"}, time=LATE)), reset=Try({}, time=EARLY).time).answers == {
        "x": "late"
    }


def test_records_read_back_as_they_were_written():
    records = merged(one("−4"), {"질문": {"v1": History((Try({"가": "\ud800"}, slips=("own operand",), hints=2),))}})
    assert from_data(to_data(records)) == records


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answers": {"x": 3}}, "answers must be texts, got 3 for x"),
        ({"answers": "x"}, "expected names and what they stand for, got 'x'"),
        ({"answers": {}, "outcomes": {"x": None}}, "outcomes must be texts, got None for x"),
        ({"answers": {}, "slips": "own operand"}, "slips must be names, got 'own operand'"),
        ({"answers": {}, "slips": (3,)}, "slips must be names"),
        ({"answers": {}, "hints": -1}, "hints must be a whole number from 0, got -1"),
        ({"answers": {}, "hints": True}, "hints must be a whole number from 0, got True"),
        ({"answers": {}, "solution": 1}, "solution must be True or False, got 1"),
        ({"answers": {}, "time": "2026-03-02T08:00:00"}, "time must say its distance to UTC"),
        ({"answers": {}, "time": "yesterday"}, "Invalid isoformat string"),
        ({"answers": {}, "time": 3}, "time must be a text such as"),
    ],
)
def test_a_try_says_what_it_cannot_hold(change, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Try(**change)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"q1": []},
        {"q1": {"v1": {}}},
        {"q1": {"v1": {"reset": "", "tries": None}}},
        {"q1": {"v1": {"reset": 3, "tries": []}}},
        {"q1": {"v1": {"reset": "", "tries": [{}]}}},
        {"q1": {"v1": {"reset": "", "tries": [], "more": 1}}},
        {3: {}},
    ],
)
def test_what_is_no_record_is_refused(data):
    with pytest.raises((ValueError, TypeError)):
        from_data(data)


def test_the_text_is_the_data_with_a_line_for_each_try():
    records = merged(one("−4"), one("b"), {'"q"': {"v1": History(reset=EARLY)}, "q1": {"v2": History()}})
    assert json.loads(to_text(records)) == to_data(records)
    assert to_text(records).count("\n") == 2

"""The file beside the notebook: what was typed comes back, and what cannot be read or written is not lost."""

from __future__ import annotations

import json
import os
import sys
import threading
import warnings

import pytest

from backprop_widgets.exercises.records import History, RecordsWarning, Sidecar, Try
from backprop_widgets.exercises.records.lock import locked


@pytest.fixture
def path(tmp_path):
    return tmp_path / "backprop_answers.json"


def typed(text, **more):
    return Try(answers={"x": text}, **more)


def texts(sidecar, question="q1", variant="v1"):
    return [each.answers["x"] for each in sidecar.tries(question, variant)]


def aside(path):
    return [each.read_bytes() for each in path.parent.glob("backprop_answers.aside-*.json")]


def test_answers_come_back_after_a_restart(path):
    attempt = typed("-4", outcomes={"x": "wrong"}, slips=("own operand",), hints=1, solution=True)
    Sidecar(path).add("q1", "v1", attempt)
    again = Sidecar(path)
    assert again.tries("q1", "v1") == [attempt]
    assert again.answers("q1", "v1") == {"x": "-4"}
    assert again.all() == {"q1": {"v1": History((attempt,))}}


def test_before_the_first_try_there_are_no_answers_and_no_file(path):
    sidecar = Sidecar(path)
    assert sidecar.answers("q1", "v1") is None
    assert sidecar.tries("q1", "v1") == []
    assert not path.exists()


def test_the_file_stands_where_the_kernel_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sidecar = Sidecar()
    monkeypatch.chdir("/")
    sidecar.add("q1", "v1", typed("1"))
    assert (tmp_path / "backprop_answers.json").is_file()
    assert Sidecar(tmp_path).path == sidecar.path


def test_a_question_and_its_variants_are_kept_apart(path):
    sidecar = Sidecar(path)
    sidecar.add("q1", "v1", typed("1"))
    sidecar.add("q1", "v2", typed("2"))
    sidecar.add("q2", "v1", typed("3"))
    assert [texts(sidecar, *where) for where in (("q1", "v1"), ("q1", "v2"), ("q2", "v1"))] == [["1"], ["2"], ["3"]]


def test_a_reset_clears_the_boxes_and_keeps_the_history(path):
    sidecar = Sidecar(path)
    sidecar.add("q1", "v1", typed("1"))
    sidecar.reset("q1", "v1")
    for each in (sidecar, Sidecar(path)):
        assert each.answers("q1", "v1") is None
        assert texts(each) == ["1"]
    sidecar.add("q1", "v1", typed("2"))
    assert Sidecar(path).answers("q1", "v1") == {"x": "2"}


def test_two_kernels_see_the_tries_of_each_other(path):
    one, two = Sidecar(path), Sidecar(path)
    one.add("q1", "v1", typed("1"))
    two.add("q1", "v1", typed("2"))
    assert texts(one) == texts(two) == ["1", "2"]


def test_threads_of_one_kernel_lose_nothing(path):
    sidecar = Sidecar(path)
    workers = [
        threading.Thread(target=lambda: [sidecar.add("q1", "v1", typed(str(k))) for k in range(10)]) for _ in range(4)
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(texts(Sidecar(path))) == 40


def test_the_file_is_readable_text_with_a_version(path):
    Sidecar(path).add("문제 1", "v1", typed("−4"))
    text = path.read_text(encoding="utf-8")
    assert "문제 1" in text
    assert "−4" in text
    data = json.loads(text)
    assert (data["format"], data["version"]) == ("backprop_widgets answers", 1)


@pytest.mark.parametrize("text", ["\ud800", "\x00", 'a"\\\n', "x" * 100_000], ids=["half", "null", "quotes", "long"])
def test_any_text_comes_back_as_it_was_typed(path, text):
    Sidecar(path).add("q1", "v1", typed(text))
    assert texts(Sidecar(path)) == [text]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"\xff\xfe\x00", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b'{"cells": []}', "damaged"),
        (b'{"format": "another", "version": 1, "questions": {}}', "damaged"),
        (b'{"format": [], "version": 1, "questions": {}}', "damaged"),
        (b'{"format": "backprop_widgets answers", "version": "x", "questions": {}}', "damaged"),
        (b'{"format": "backprop_widgets answers", "version": 1e999, "questions": {}}', "damaged"),
        (b'{"format": "backprop_widgets answers", "version": 1, "questions": {"q1": {"v1": 3}}}', "damaged"),
        (b'{"format": "backprop_widgets answers", "version": 2, "questions": {"kept": "new"}}', "newer version"),
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside_with_a_message(path, content, word):
    path.write_bytes(content)
    with pytest.warns(RecordsWarning, match=word) as caught:
        sidecar = Sidecar(path)
    assert aside(path) == [content]
    (name,) = (each.name for each in path.parent.glob("*.aside-*"))
    assert name in str(caught[0].message)
    sidecar.add("q1", "v1", typed("1"))
    assert texts(Sidecar(path)) == ["1"]
    assert aside(path) == [content]


def test_a_file_damaged_while_the_kernel_runs_is_written_anew_from_memory(path):
    sidecar = Sidecar(path)
    sidecar.add("q1", "v1", typed("1"))
    path.write_bytes(b"{")
    with pytest.warns(RecordsWarning, match="damaged"):
        sidecar.add("q1", "v1", typed("2"))
    assert texts(Sidecar(path)) == ["1", "2"]
    assert aside(path) == [b"{"]


def test_a_file_that_was_deleted_is_written_anew_from_memory(path):
    sidecar = Sidecar(path)
    sidecar.add("q1", "v1", typed("1"))
    path.unlink()
    assert sidecar.answers("q1", "v1") == {"x": "1"}
    sidecar.add("q1", "v1", typed("2"))
    assert texts(Sidecar(path)) == ["1", "2"]


def refusing(tmp_path):
    """Places where nothing can be written, also for an administrator."""
    file = tmp_path / "file"
    file.touch()
    yield file / "backprop_answers.json"
    yield tmp_path / "missing" / "backprop_answers.json"
    if sys.platform == "linux":
        yield "/proc/backprop_answers.json"
    folder = tmp_path / "read_only"
    folder.mkdir(mode=0o555)
    if not os.access(folder, os.W_OK):
        yield folder / "backprop_answers.json"


def test_where_nothing_can_be_written_one_warning_says_so_and_memory_keeps_all(tmp_path):
    for place in refusing(tmp_path):
        sidecar = Sidecar(place)
        with pytest.warns(RecordsWarning, match="Your answers cannot be saved .* as long as this kernel runs"):
            sidecar.add("q1", "v1", typed("1"))
        sidecar.add("q1", "v1", typed("2"))  # a second warning would be an error here
        assert sidecar.answers("q1", "v1") == {"x": "2"}
        assert texts(sidecar) == ["1", "2"]


def test_what_memory_kept_is_written_as_soon_as_it_can_be(tmp_path):
    place = tmp_path / "later" / "backprop_answers.json"
    sidecar = Sidecar(place)
    with pytest.warns(RecordsWarning):
        sidecar.add("q1", "v1", typed("1"))
    place.parent.mkdir()
    sidecar.answers("q1", "v1")
    assert texts(Sidecar(place)) == ["1"]


def test_a_lock_that_is_never_given_back_costs_one_wait_and_loses_nothing(path):
    sidecar = Sidecar(path)
    sidecar._patience = 0.05
    with locked(path.with_name(f".{path.name}.lock")):
        with pytest.warns(RecordsWarning, match="another process keeps"):
            sidecar.add("q1", "v1", typed("1"))
        sidecar.add("q1", "v1", typed("2"))
        assert sidecar._patience == 0
    assert texts(sidecar) == texts(Sidecar(path)) == ["1", "2"]


def test_graders_get_no_warning_but_a_notice(path, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    path.write_bytes(b"{")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sidecar = Sidecar(path)
    assert "damaged" in sidecar.notices[0]


def test_messages_come_in_the_language_asked_for(path):
    path.write_bytes(b"{")
    with pytest.warns(RecordsWarning, match="손상되었거나"):
        Sidecar(path, locale="ko")


def test_what_could_not_be_read_back_is_refused_before_it_is_kept(path):
    sidecar = Sidecar(path)
    with pytest.raises(TypeError, match="expected names"):
        sidecar.merge({3: {"v1": History((typed("1"),))}})
    assert sidecar.all() == {}


def test_folders_stay_tidy(path):
    for k in range(3):
        Sidecar(path).add("q1", "v1", typed(str(k)))
    assert sorted(each.name for each in path.parent.iterdir()) == [
        ".backprop_answers.json.lock",
        "backprop_answers.json",
    ]

"""Real processes write one file: at once, and killed in the middle. No earlier answer is lost."""

from __future__ import annotations

import errno
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import backprop_widgets
from backprop_widgets.exercises.records import Sidecar, Try, lock
from backprop_widgets.exercises.records.lock import locked

ROOT = Path(backprop_widgets.__file__).parents[1]

WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from backprop_widgets.exercises.records import Sidecar, Try, lock

path, name, count = sys.argv[2], sys.argv[3], int(sys.argv[4])
sidecar = Sidecar(path)
print("ready", flush=True)
sys.stdin.readline()
for k in range(count):
    sidecar.add("q1", "v1", Try(answers={"x": f"{name} {k}"}))
    print(k, flush=True)  # from here on it must be there
"""


@pytest.fixture
def writer(tmp_path):
    """Start a process that adds tries; it begins when it is told to."""
    started = []

    def start(name, count):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, ROOT, tmp_path / "answers.json", name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def go(process):
    process.stdin.write("go\n")
    process.stdin.flush()


def kept(path):
    return [each.answers["x"] for each in Sidecar(path).tries("q1", "v1")]


def test_two_kernels_with_a_hundred_tries_each_lose_none(tmp_path, writer):
    processes = [writer(name, 100) for name in ("a", "b")]
    for process in processes:
        go(process)
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    found = kept(tmp_path / "answers.json")
    assert sorted(found) == sorted(f"{name} {k}" for name in "ab" for k in range(100))
    for name in "ab":
        assert [text for text in found if text.startswith(name)] == [f"{name} {k}" for k in range(100)]


def test_a_kernel_killed_while_it_writes_loses_no_try_that_was_done(tmp_path, writer):
    path = tmp_path / "answers.json"
    moments = random.Random(0)  # noqa: S311  (moments, not secrets)
    promised = []
    for round_ in range(5):
        process = writer(f"round {round_}", 1_000_000)
        go(process)
        time.sleep(moments.uniform(0, 0.15))
        process.kill()  # SIGKILL
        done = process.communicate()[0].splitlines()
        promised += [f"round {round_} {k}" for k in done]
        data = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"version": 1}
        assert data["version"] == 1
        assert set(promised) <= set(kept(path))
    assert promised
    Sidecar(path).add("q1", "v1", Try(answers={"x": "last"}))
    assert kept(path)[-1] == "last"
    assert sorted(each.name for each in tmp_path.iterdir()) == [".answers.json.lock", "answers.json"]


def test_a_kernel_killed_with_the_lock_does_not_keep_it(tmp_path):
    holder = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from backprop_widgets.exercises.records.lock import locked

with locked(Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.readline()
"""
    file = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", holder, ROOT, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(TimeoutError, match="another process keeps lock"), locked(file, patience=0.05):
            pass
        process.kill()
        process.wait()
        with locked(file, patience=5) as alone:
            assert alone


def test_in_a_folder_without_locks_memory_brings_lost_tries_back(tmp_path, monkeypatch):
    def refuse(_):
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(lock, "_take", refuse)
    path = tmp_path / "answers.json"
    one, two = Sidecar(path), Sidecar(path)
    one.add("q1", "v1", Try(answers={"x": "1"}))
    seen = path.read_bytes()
    two.add("q1", "v1", Try(answers={"x": "2"}))
    path.write_bytes(seen)  # as if the first had written last
    two.add("q1", "v1", Try(answers={"x": "3"}))
    assert kept(path) == ["1", "2", "3"]


def test_without_the_lock_tries_would_be_lost(tmp_path, monkeypatch):
    """Shows that reading and writing under one lock is what the tests above look at."""
    path = tmp_path / "answers.json"
    one, two = Sidecar(path), Sidecar(path)
    monkeypatch.setattr(two, "_take_in", lambda: None)  # writes what it knows, and looks at nothing
    one.add("q1", "v1", Try(answers={"x": "lost"}))
    two.add("q1", "v1", Try(answers={"x": "kept"}))
    assert kept(path) == ["kept"]

"""What is kept of a student's work: tries at questions, merged so that none is lost, as plain data and back."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

VERSION = 1  # of the data; rises with any change of its fields

_lock = threading.Lock()
_latest = datetime.min.replace(tzinfo=UTC)


def now() -> str:
    """The time in UTC, later at each call than at the one before: clocks tick slowly on some systems."""
    global _latest  # noqa: PLW0603  (one clock for one process)
    with _lock:
        _latest = max(datetime.now(UTC), _latest + timedelta(microseconds=1))
        return _latest.isoformat(timespec="microseconds")


@dataclass(frozen=True)
class Try:
    """One check of a question: what was typed, box by box, and what came of it.

    >>> Try(answers={"x": "-4"}, outcomes={"x": "right"}).answers["x"]
    '-4'
    """

    answers: Mapping[str, str]  # box -> text as typed
    outcomes: Mapping[str, str] = field(default_factory=dict)  # box -> what came of it
    slips: tuple[str, ...] = ()
    hints: int = 0  # taken before this try
    solution: bool = False  # whether the solution had been seen
    time: str = field(default_factory=now)  # ISO, UTC

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", _texts("answers", self.answers))
        object.__setattr__(self, "outcomes", _texts("outcomes", self.outcomes))
        object.__setattr__(self, "slips", _names(self.slips))
        object.__setattr__(self, "time", _moment(self.time))
        if isinstance(self.hints, bool) or not isinstance(self.hints, int) or self.hints < 0:
            raise ValueError(f"hints must be a whole number from 0, got {self.hints!r}")
        if not isinstance(self.solution, bool):
            raise TypeError(f"solution must be True or False, got {self.solution!r}")

    @functools.cached_property
    def line(self) -> str:
        """The try as one line of JSON: equal for two records of one try, and only for them."""
        return json.dumps(plain(self), sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class History:
    """All tries at one variant of a question, oldest first, and when it was last begun anew."""

    tries: tuple[Try, ...] = ()
    reset: str = ""  # tries up to this time stay in the history, and are no longer the answers shown

    @property
    def answers(self) -> dict[str, str] | None:
        """What was typed last; None before the first try, and after a reset."""
        last = self.tries[-1] if self.tries else None
        return dict(last.answers) if last and last.time > self.reset else None


Records = dict[str, dict[str, History]]  # question id -> variant -> history


def merged(*several: Records) -> Records:
    """All tries of all records, each once.

    >>> one = {"q1": {"v1": History((Try({"x": "3"}, time="2026-03-02T09:00:00+00:00"),))}}
    >>> two = {"q1": {"v1": History((Try({"x": "4"}, time="2026-03-02T08:00:00+00:00"),))}}
    >>> [each.answers["x"] for each in merged(one, two, one)["q1"]["v1"].tries]
    ['4', '3']
    """
    together: Records = {}
    for records in several:
        for question, variants in records.items():
            for variant, history in variants.items():
                place = together.setdefault(question, {})
                place[variant] = _joined(place.get(variant, History()), history)
    return together


def _joined(one: History, two: History) -> History:
    each = {attempt.line: attempt for attempt in (*one.tries, *two.tries)}
    return History(tuple(sorted(each.values(), key=lambda attempt: attempt.time)), max(one.reset, two.reset))


def plain(attempt: Try) -> dict[str, Any]:
    """A try as JSON has it."""
    data = {each.name: getattr(attempt, each.name) for each in fields(attempt)}
    return data | {"slips": list(attempt.slips)}


def to_data(records: Records) -> dict[str, Any]:
    """Records as JSON has them."""
    return {
        question: {
            variant: {"reset": history.reset, "tries": [plain(attempt) for attempt in history.tries]}
            for variant, history in variants.items()
        }
        for question, variants in records.items()
    }


def to_text(records: Records) -> str:
    """`to_data` as JSON, with a line for each try: so that a comparison of two files shows what is new.

    >>> print(to_text({"q1": {"v1": History()}}))
    {"q1": {"v1": {"reset": "", "tries": []}}}
    """
    return _object({question: _object(_entries(variants)) for question, variants in records.items()})


def _entries(variants: Mapping[str, History]) -> dict[str, str]:
    found = {}
    for variant, history in variants.items():
        tries = ",".join(f"\n  {attempt.line}" for attempt in history.tries)
        found[variant] = _object({"reset": json.dumps(history.reset), "tries": f"[{tries}]"})
    return found


def _object(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {text}" for name, text in entries.items()) + "}"


def from_data(data: Any) -> Records:
    """Records from what JSON had. Raises ValueError or TypeError where anything is not as `to_data` writes it."""
    return {
        question: {variant: _history(entry) for variant, entry in _table(variants).items()}
        for question, variants in _table(data).items()
    }


def _history(entry: Any) -> History:
    entry = _exactly(entry, {"reset", "tries"})
    reset = _moment(entry["reset"]) if entry["reset"] else ""
    if not isinstance(entry["tries"], list):
        raise TypeError(f"tries must be a list, got {entry['tries']!r:.80}")
    names = {each.name for each in fields(Try)}
    tries = [Try(**_exactly(attempt, names)) for attempt in entry["tries"]]
    return History(tuple(sorted(tries, key=lambda attempt: attempt.time)), reset)


def _exactly(data: Any, names: set[str]) -> dict[str, Any]:
    if set(_table(data)) != names:
        raise ValueError(f"expected {', '.join(sorted(names))}, got {', '.join(sorted(data)) or 'nothing'}")
    return dict(data)


def _table(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise TypeError(f"expected names and what they stand for, got {data!r:.80}")
    return data


def _texts(name: str, data: Any) -> dict[str, str]:
    for box, text in _table(data).items():
        if not isinstance(text, str):
            raise TypeError(f"{name} must be texts, got {text!r:.80} for {box}")
    return dict(data)


def _names(slips: Any) -> tuple[str, ...]:
    if not isinstance(slips, list | tuple) or not all(isinstance(name, str) for name in slips):
        raise TypeError(f"slips must be names, got {slips!r:.80}")
    return tuple(slips)


def _moment(time: Any) -> str:
    """A time in one form, so that texts sort as times do."""
    if not isinstance(time, str):
        raise TypeError(f"time must be a text such as 2026-03-02T09:00:00+00:00, got {time!r:.80}")
    moment = datetime.fromisoformat(time)
    if moment.tzinfo is None:
        raise ValueError(f"time must say its distance to UTC, got {time!r}")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

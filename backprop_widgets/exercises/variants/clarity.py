"""Tell whether the numbers of a variant are good: each mistake shows, no two look alike, and none is a burden.

What no numbers could tell apart is not held against them: a slip that gives the truth, or the same as another slip, on
every draw on which the gates with kinks stand as they do here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.exercises.slips.circuit import kept
from backprop_widgets.exercises.slips.predictions import Prediction, predictions
from backprop_widgets.exercises.variants.generic import KINKED, elsewhere, kind_of_graph
from backprop_widgets.trace import Trace

RELATIVE, ABSOLUTE = 0.005, 1e-4  # within which an answer is right
LARGE, SMALL = 1000.0, 0.001
DIGITS = 4  # significant: what is shown
BY_HEAD = ("distributor", "signed distributor", "swap multiplier", "scale", "adder", "rearranger", *KINKED)
OF_THE_PEN = ("decimal point", "swapped digits", "rounded too early")  # of the digits, not of the graph
COUNTED = ("one branch only",)  # each branch is a mistake of its own
STRANGE = 1e12  # larger than any number of an exercise
REMEMBERED = 256  # graphs

Place = tuple[str, str]  # the id of an edge, and "value", "gradient" or "local"


@dataclass(frozen=True)
class Structure:
    """What holds of a graph whatever its numbers are: how many numbers of a slip show, and which slips always tie."""

    shows: dict[tuple[str, Place], int]
    ties: frozenset[tuple[str, str]]


def is_clear(trace: Trace, places: Sequence[Place]) -> bool:
    """Whether the numbers are good to be asked for at these places."""
    return not ugly(trace, places) and not hidden(trace, places) and not ties(trace, places)


def hidden(trace: Trace, places: Sequence[Place]) -> tuple[tuple[str, Place], ...]:
    """The slips that would go unseen at a place: their number lies within twice the tolerance of the truth.

    >>> from backprop_widgets.trace import record
    >>> x = [("x", "gradient")]
    >>> def slips_at_x(**inputs):
    ...     trace = record("x * y", **inputs)
    ...     wire = next(edge.id for edge in trace.edges if edge.source == trace.node("x").id)
    ...     return [slip for slip, place in hidden(trace, [(wire, "gradient")])]
    >>> "own operand" in slips_at_x(x=3, y=3), slips_at_x(x=3, y=-4)
    (True, [])
    """
    here = _shown(trace, places)
    expected = _structure(trace, places).shows
    return tuple(
        (name, place) for (name, place), most in expected.items() if here.get((name, place), 0) < _needed(name, most)
    )


def ties(trace: Trace, places: Sequence[Place]) -> tuple[tuple[str, str], ...]:
    """The pairs of slips that give the same numbers at all these places, though they need not."""
    return tuple(sorted(_tied(trace, places) - _structure(trace, places).ties))


def ugly(trace: Trace, places: Sequence[Place]) -> tuple[Place, ...]:
    """The places with a number that is too large or too small, or, where it is found by head, too long.

    >>> from backprop_widgets.trace import record
    >>> trace = record("x * y", x=300, y=5)
    >>> ugly(trace, [(trace.edges[-1].id, "value")]) == ((trace.edges[-1].id, "value"),)
    True
    """
    by_head = _found_by_head(trace)
    return tuple(place for place in places if _is_ugly(_truth(trace, place), is_by_head=place in by_head))


def _needed(name: str, most: int) -> int:
    return most if name in COUNTED else 1


@dataclass(frozen=True, eq=False)
class _Sheets:
    """What everyone with a slip writes down at the places: a row for each prediction, the truth where it is right."""

    names: tuple[str, ...]
    numbers: Array  # one column for each number
    truth: Array
    place_of: tuple[int, ...]  # of each column

    def near(self, others: Array, times: float) -> Any:
        """Which rows are others, within so many tolerances; for each place."""
        apart = np.abs(self.numbers - others) > times * np.maximum(ABSOLUTE, RELATIVE * np.abs(others))
        starts = [column for column, place in enumerate(self.place_of) if place not in self.place_of[:column]]
        return ~np.logical_or.reduceat(apart, starts, axis=1)


def _sheets(trace: Trace, places: Sequence[Place]) -> _Sheets:
    """The rows of a trace, kept as long as it lives."""
    made = kept(trace, _by_places)
    key = tuple(places)
    if key not in made:
        made[key] = _written_down(trace, key)
    return made[key]  # type: ignore[no-any-return]


def _by_places(trace: Trace) -> dict[tuple[Place, ...], _Sheets]:  # noqa: ARG001  (one for each trace)
    return {}


def _written_down(trace: Trace, places: Sequence[Place]) -> _Sheets:
    """All rows that differ anywhere from the truth; a number of another shape is unlike any of the right shape."""
    truths = [_truth(trace, place) for place in places]
    rows: list[list[float]] = []
    made: list[Prediction] = []
    for each in predictions(trace):
        if each.slip.name in OF_THE_PEN or not any(place in each.numbers for place in places):
            continue
        row: list[float] = []
        for place, truth in zip(places, truths, strict=True):
            number = each.numbers.get(place, truth)
            if np.shape(number) != truth.shape:
                number = np.full(truth.shape, STRANGE * (1 + np.size(number)) + np.sum(number))
            row.extend(np.ravel(number).tolist() if truth.ndim else (float(number),))
        rows.append(row)
        made.append(each)
    truth = np.concatenate([np.ravel(each) for each in truths]) if truths else np.zeros(0)
    return _Sheets(
        tuple(each.slip.name for each in made),
        np.array(rows).reshape(len(rows), len(truth)),
        truth,
        tuple(index for index, each in enumerate(truths) for _ in range(each.size)),
    )


def _shown(trace: Trace, places: Sequence[Place]) -> dict[tuple[str, Place], int]:
    """How many different numbers of a slip can be told from the truth, at each place."""
    sheets = _sheets(trace, places)
    if not sheets.names:
        return {}
    is_seen = ~sheets.near(sheets.truth, 2)
    found: dict[tuple[str, Place], int] = {}
    for row, column in np.argwhere(is_seen).tolist():
        key = sheets.names[row], places[column]
        if key not in found:
            found[key] = 1
        elif key[0] in COUNTED:
            found[key] = _different(sheets, key[0], column)
    return found


def _foretold(trace: Trace, places: Sequence[Place]) -> dict[tuple[str, Place], int]:
    """What would show, going by this trace alone: whatever is not the truth to the last digit shown."""
    found = [(each.slip.name, place) for each in predictions(trace) for place in places if place in each.numbers]
    return {key: 1 for key in found if key[0] not in OF_THE_PEN}


def _different(sheets: _Sheets, name: str, place: int) -> int:
    """How many numbers of a slip at a place differ from the truth and from each other."""
    columns = [column for column, of in enumerate(sheets.place_of) if of == place]
    rows = [row for row, each in enumerate(sheets.names) if each == name]
    kept_rows: list[Array] = [sheets.truth[columns]]
    for row in rows:
        number = sheets.numbers[row, columns]
        if not any(
            (np.abs(number - other) <= np.maximum(ABSOLUTE, RELATIVE * np.abs(other))).all() for other in kept_rows
        ):
            kept_rows.append(number)
    return len(kept_rows) - 1


def _tied(trace: Trace, places: Sequence[Place]) -> set[tuple[str, str]]:
    """The pairs of slips, by name, that fill the places with the same numbers, not all of them right."""
    sheets = _sheets(trace, places)
    numbers, names = np.unique(sheets.numbers, axis=0, return_inverse=True) if sheets.names else (sheets.numbers, ())
    of_row: list[set[str]] = [set() for _ in numbers]  # the slips that lead to the same numbers
    for row, name in zip(np.ravel(names).tolist(), sheets.names, strict=True):
        of_row[row].add(name)
    reach = np.maximum(ABSOLUTE, RELATIVE * np.abs(numbers))
    pairs: set[tuple[str, str]] = set()
    for row, own in enumerate(of_row):
        rest = numbers[row:]
        first = np.flatnonzero(np.abs(rest[:, 0] - numbers[row, 0]) <= reach[row, 0])
        same = first[(np.abs(rest[first] - numbers[row]) <= reach[row]).all(axis=1)]
        others = set().union(*(of_row[row + other] for other in same))
        pairs |= {(min(one, other), max(one, other)) for one in own for other in others if one != other}
    return pairs


def _structure(trace: Trace, places: Sequence[Place]) -> Structure:
    """What other numbers show of the same graph; it is remembered, as a variant is drawn many times."""
    key = (kind_of_graph(trace), tuple(places))
    if key not in _remembered:
        if len(_remembered) >= REMEMBERED:
            _remembered.clear()
        others = elsewhere(trace)
        shows = {} if others else _foretold(trace, places)
        for other in others:
            for slip_at, count in _shown(other, places).items():
                shows[slip_at] = max(count, shows.get(slip_at, 0))
        always = [_tied(other, places) for other in others]
        _remembered[key] = Structure(shows, frozenset(set.intersection(*always) if always else _tied(trace, places)))
    return _remembered[key]


_remembered: dict[Any, Structure] = {}


def _truth(trace: Trace, place: Place) -> Array:
    edge, kind = place
    return kept(trace, _truths)[edge, kind]  # type: ignore[no-any-return]


def _truths(trace: Trace) -> dict[Place, Array]:
    found = {(edge.id, "value"): edge.value for edge in trace.edges}
    found |= {(edge.id, "gradient"): edge.gradient for edge in trace.edges if edge.gradient is not None}
    return found | {(edge.id, "local"): edge.local for edge in trace.edges if edge.local is not None}


def _found_by_head(trace: Trace) -> set[Place]:
    """The places whose numbers come from sums and products alone."""
    plain: dict[str, bool] = {}
    incoming: dict[str, list[str]] = {}
    for edge in trace.edges:
        incoming.setdefault(edge.target, []).append(edge.source)
    waiting = [node.id for node in trace.nodes]
    while waiting:
        node = waiting.pop()
        before = incoming.get(node, [])
        if unknown := [source for source in before if source not in plain]:
            waiting += [node, *unknown]
        else:
            is_easy = trace.by_id[node].kind != "gate" or trace.by_id[node].role in BY_HEAD
            plain[node] = is_easy and all(plain[source] for source in before)
    found: set[Place] = {(edge.id, "value") for edge in trace.edges if plain[edge.source]}
    if all(plain.values()):
        found |= {(edge.id, kind) for edge in trace.edges for kind in ("gradient", "local")}
    return found


def _is_ugly(numbers: Array, *, is_by_head: bool) -> bool:
    sizes = np.abs(np.ravel(numbers))
    sizes = sizes[sizes > 0]
    if (sizes > LARGE).any() or (sizes < SMALL).any():
        return True
    return is_by_head and any(abs(float(f"{size:.{DIGITS}g}") - size) > 1e-9 * size for size in sizes)


__all__: Sequence[str] = ["Place", "hidden", "is_clear", "ties", "ugly"]

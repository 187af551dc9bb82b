"""Name what went wrong in a set of answers: all boxes together, and in silence where it is not sure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_widgets.autograd.arrays import Number
from backprop_widgets.exercises.slips.circuit import Circuit, circuit, plain
from backprop_widgets.exercises.slips.likeness import ABSOLUTE, RELATIVE, alike
from backprop_widgets.exercises.slips.op_slips import op_slips
from backprop_widgets.exercises.slips.predictions import is_made, of_the_pen, predictions, systematic
from backprop_widgets.exercises.slips.readings import number_at
from backprop_widgets.exercises.slips.replay import RIGHT, Place, backward, carried
from backprop_widgets.exercises.slips.slip import Slip
from backprop_widgets.trace import Edge, Trace

MOST_NAMES = 2
Answers = Mapping[Place, Number]


@dataclass(frozen=True)
class Finding:
    """What is known of one wrong box: one slip, or two that cannot be told apart here, or none.

    `follows` says that the number is right for the student's own earlier numbers: the mistake is in those.
    """

    slips: tuple[Slip, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()  # what a message may name: gate, name, count, output
    follows: bool = False


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """A slip, the wrong boxes that it explains, and how many of the other answers speak against it."""

    slip: Slip
    explains: frozenset[Place]
    against: int

    @property
    def rank(self) -> tuple[int, int]:
        """The most boxes first; then what has the least against it."""
        return len(self.explains), -self.against


def diagnose(trace: Trace, answers: Mapping[Place, Any], wrong: Collection[Place]) -> dict[Place, Finding]:
    """Find for each wrong box the slips behind it; an empty finding where there is none, or more than two.

    The slip that explains most wrong boxes comes first; what it leaves is explained by others in the same way.

    >>> from backprop_widgets.trace import record
    >>> trace = record("(x + y) * z", x=-2, y=5, z=-4)
    >>> gradients = {edge.source: (edge.id, "gradient") for edge in trace.edges}
    >>> q, z = (gradients[trace.node(name).id] for name in ("q", "z"))
    >>> [found.slips[0].name for found in diagnose(trace, {q: 3, z: -4}, [q, z]).values()]
    ['own operand', 'own operand']
    """
    on = circuit(trace)
    given = {place: plain(np.asarray(number, dtype=float)) for place, number in answers.items()}
    fits = {place: number for place, number in given.items() if np.shape(number) == np.shape(number_at(on, place))}
    with np.errstate(all="ignore"):
        should_be = carried(on, RIGHT, fits)
        left = {place for place in wrong if place in given}
        following = {place for place in left if place in fits and is_right(fits[place], should_be[place])}
        pool = list(_hypotheses(trace, on, given, left))
        if not any(each.explains >= left and not each.against for each in pool):
            pool += _carried_on(on, fits, should_be, left - following)
    found = _covered(pool, left, following)
    found |= dict.fromkeys([place for place in found if _is_lone_zero(place, found, given)], ())
    return {place: _finding(trace, on, place, found.get(place, ()), follows=place in following) for place in wrong}


def is_right(given: Number, truth: Number) -> bool:
    """Whether a number is right: within half a percent or a ten-thousandth, in every entry."""
    if type(given) is float and type(truth) is float:
        return abs(given - truth) <= max(ABSOLUTE, RELATIVE * abs(truth)) * (1 + 1e-9)
    if np.shape(given) != np.shape(truth):
        return False
    reach = np.maximum(ABSOLUTE, RELATIVE * np.abs(truth)) * (1 + 1e-9)
    return bool((np.abs(np.subtract(given, truth)) <= reach).all())


def facts(trace: Trace, place: Place) -> tuple[tuple[str, str], ...]:
    """What a message about a place may name: the gate, the value, how many branches leave it, and the output."""
    edge = next(edge for edge in trace.edges if edge.id == place[0])
    source = trace.by_id[edge.source]
    end = trace.by_id.get(edge.target)
    is_gate = end is not None and end.kind == "gate"
    gate = end.symbol if is_gate and end else source.symbol
    name = source.value_name
    copies = edge.target if end is not None and end.kind == "copy" else edge.source
    branches = sum(other.source == copies and other.gradient is not None for other in trace.edges)
    return ("gate", gate), ("name", name), ("count", str(branches)), ("output", trace.by_id[trace.root].name)


def _finding(trace: Trace, on: Circuit, place: Place, slips: tuple[Slip, ...], *, follows: bool) -> Finding:
    """A finding with its facts: where a slip of an op was made farther on, they name the gate where it was."""
    named = dict(facts(trace, place))
    made_at = (
        op_slips(on.gates).get(slips[0], frozenset()) if len(slips) == 1 and place[1] == "gradient" else frozenset()
    )
    if (edge := _first_into(trace, place[0], made_at)) is not None:
        source = trace.by_id[edge.source]
        named["gate"] = trace.by_id[edge.target].symbol
        named["name"] = source.value_name
    return Finding(slips, tuple(named.items()), follows=follows)


def _first_into(trace: Trace, start: str, gates: Collection[str]) -> Edge | None:
    """The nearest wire, from this one on towards the output, that leads into one of the gates."""
    waiting = [edge for edge in trace.edges if edge.id == start] if gates else []
    seen: set[str] = set()
    while waiting:
        edge = waiting.pop(0)
        if edge.target in gates:
            return edge
        if edge.target not in seen:
            seen.add(edge.target)
            waiting += [other for other in trace.edges if other.source == edge.target]
    return None


def _hypotheses(trace: Trace, on: Circuit, given: Answers, wrong: Collection[Place]) -> Iterator[Hypothesis]:
    """The slips made everywhere, or at one place with all right rules after it."""
    asked = given.keys()
    for each in predictions(trace):
        predicted = each.numbers.keys() & asked
        explains = frozenset(
            place for place in predicted if place in wrong and alike(given[place], each.numbers[place])
        )
        if explains:
            yield Hypothesis(each.slip, explains, len(predicted) - len(explains))
    for place in wrong:
        for each in of_the_pen(on, place):
            if alike(given[place], each.numbers[place]):
                yield Hypothesis(each.slip, frozenset([place]), 0)


def _is_lone_zero(place: Place, found: Mapping[Place, tuple[Slip, ...]], given: Answers) -> bool:
    """Whether nothing but one 0 speaks for a wrong start of the pass: a 0 has more causes than can be named."""
    slips = found[place]
    is_start = len(slips) == 1 and slips[0].kind == "seed" and not np.any(given[place])
    return is_start and sum(slips[0] in others for others in found.values()) == 1


def _carried_on(on: Circuit, given: Answers, should_be: Answers, wrong: Collection[Place]) -> Iterator[Hypothesis]:
    """The slips made on top of the student's own earlier numbers."""
    if not wrong or len(given) < 2:
        return
    values = {edge: number for (edge, kind), number in given.items() if kind == "value"}
    moved = on.with_values(values) if values else on
    for slip, mutation in systematic(on):
        if slip.kind in ("seed", "keep"):
            continue  # a pass is started, and cleared before, once and as a whole
        numbers = backward(moved, mutation, given, all_again=bool(values))
        made = {
            place: number for place, number in numbers.items() if place in given and is_made(should_be[place], number)
        }
        explains = frozenset(place for place, number in made.items() if place in wrong and alike(given[place], number))
        if explains:
            yield Hypothesis(
                slip, explains, 0
            )  # at each box by itself: what is right elsewhere says nothing against it


def _covered(
    pool: list[Hypothesis], wrong: Collection[Place], following: Collection[Place]
) -> dict[Place, tuple[Slip, ...]]:
    """The best explanation first, then the best of what it leaves."""
    left = set(wrong)
    found: dict[Place, tuple[Slip, ...]] = {}
    while left:
        rest = [Hypothesis(each.slip, each.explains & left, each.against) for each in pool]
        rest = [each for each in rest if each.explains and len(each.explains) > each.against]
        if not rest:
            break
        first = max(rest, key=lambda each: each.rank)
        tied = [each for each in rest if each.rank == first.rank]
        names = _names(tied, first)
        found |= dict.fromkeys(first.explains, tuple(names.values()) if len(names) <= MOST_NAMES else ())
        left -= first.explains
        if not left - set(following):
            break  # what is left follows from what has been explained
    return found


def _names(tied: list[Hypothesis], first: Hypothesis) -> dict[str, Slip]:
    """The slips that explain any of the same boxes as well as the first one does."""
    return {each.slip.name: each.slip for each in tied if each.explains & first.explains}

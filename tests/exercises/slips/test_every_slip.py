"""Every slip on every graph of the gallery, over 200 seeds: it is named, alone or as one of two, or nothing is said.

`python -m benchmarks.diagnosis` prints the whole table.
"""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from backprop_widgets.exercises.slips import diagnose, diagnosis, predictions
from backprop_widgets.exercises.slips.circuit import circuit
from backprop_widgets.exercises.slips.diagnosis import is_right
from backprop_widgets.exercises.slips.readings import number_at
from tests.exercises.slips.gallery import GALLERY, drawn

SEEDS = 200
TRIED = 2  # predictions of each seed; by 200 seeds each of them has had its turn


def shown(number):
    """A number as a student types it: with 4 significant digits."""
    return np.vectorize(lambda x: float(f"{x:.4g}"))(number) if np.ndim(number) else float(f"{number:.4g}")


def told(trace, prediction, asked):
    """What is said to a student who makes this slip, at the boxes of `asked` where it shows."""
    on = circuit(trace)
    right = {place: number_at(on, place) for place in asked}
    answers = right | {place: shown(number) for place, number in prediction.numbers.items() if place in right}
    wrong = [place for place in asked if not is_right(answers[place], right[place])]
    found = diagnose(trace, answers, wrong)
    for place in wrong:
        names = [slip.name for slip in found[place].slips]
        yield ("silent", "alone", "one of two")[len(names)] if not names or prediction.slip.name in names else "wrong"


def table(names, seeds, tried):
    """Count what is said, graph by graph; each slip is tried with all boxes of its kind, and with one alone."""
    for name in names:
        counts = Counter()
        for seed in range(seeds):
            trace = drawn(name, seed)
            known = predictions(trace)
            rng = random.Random(seed)  # noqa: S311  (a sample)
            for each in rng.sample(known, min(tried, len(known))):
                kind = rng.choice(sorted({place[1] for place in each.numbers}))
                boxes = [(edge.id, kind) for edge in trace.edges if kind == "value" or edge.gradient is not None]
                if kind == "local":
                    boxes = [box for box in boxes if box[0] in circuit(trace).locals]
                counts.update(told(trace, each, boxes))
                one = rng.choice([place for place in sorted(each.numbers) if place[1] == kind])
                counts.update(f"{outcome}, one box" for outcome in told(trace, each, [one]))
        yield name, counts


@pytest.mark.parametrize("name", GALLERY)
def test_no_slip_is_ever_taken_for_another(name):
    ((_, counts),) = table([name], SEEDS, TRIED)
    assert counts["alone"] > counts["one of two"] + counts["silent"]
    assert counts["wrong"] == counts["wrong, one box"] == 0


def test_a_diagnosis_that_names_the_first_of_many_is_found_out(monkeypatch):
    monkeypatch.setattr(diagnosis, "MOST_NAMES", 1)  # of two that tie, the first alone would be named
    monkeypatch.setattr(diagnosis, "_names", lambda tied, _first: {tied[0].slip.name: tied[0].slip})
    assert sum(counts["wrong, one box"] for _, counts in table(["max"], 10, 5)) > 0

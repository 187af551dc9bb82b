"""Checking one answer set with full diagnosis, and what is said to every slip on every graph of the gallery.

python -m benchmarks.diagnosis
"""

from __future__ import annotations

import time
from collections import Counter

from backprop_widgets import record
from backprop_widgets.exercises.slips import diagnose, predictions
from backprop_widgets.exercises.slips.circuit import circuit
from backprop_widgets.exercises.slips.readings import number_at
from benchmarks.graphs import LECTURE
from benchmarks.measure import best, milliseconds, options, table
from tests.exercises.slips.gallery import GALLERY
from tests.exercises.slips.test_every_slip import SEEDS
from tests.exercises.slips.test_every_slip import table as counted

OUTCOMES = ("alone", "one of two", "silent", "wrong")


def answers_with(trace, name):
    """All gradients right, but for one slip made everywhere."""
    on = circuit(trace)
    places = [(edge.id, "gradient") for edge in trace.edges if edge.gradient is not None]
    wrong = next((each.numbers for each in predictions(trace) if each.slip.name == name and not each.where), {})
    answers = {place: wrong.get(place, number_at(on, place)) for place in places}
    return answers, [place for place in places if place in wrong]


def unexplained(trace):
    """Every gradient wrong, and by no slip."""
    on = circuit(trace)
    answers = {(edge, "gradient"): number * 1.234567 + 0.1 for edge, number in on.gradients.items()}
    return answers, list(answers)


def main():
    quick = options(__doc__).quick
    rounds = 1 if quick else 20
    rows = []
    for name, (graph, inputs) in LECTURE.items():
        trace = record(graph, inputs)
        cases = {"own operand everywhere": answers_with(trace, "own operand"), "no known slip": unexplained(trace)}
        for case, (answers, wrong) in cases.items():
            fresh = [record(graph, inputs) for _ in range(rounds)]
            subjects = {
                "first": lambda fresh=fresh, answers=answers, wrong=wrong: diagnose(fresh.pop(), answers, wrong),
                "again": lambda trace=trace, answers=answers, wrong=wrong: diagnose(trace, answers, wrong),
            }
            seconds = best(subjects, rounds, clock=time.process_time)
            rows.append([name, str(len(trace.nodes)), case, *map(milliseconds, seconds.values()), "20 ms"])
    header = ["graph", "nodes", "answers", "first check", "next check", "budget"]
    table("Checking one answer set with full diagnosis", header, rows)
    rows, sums = [], Counter()
    for name, counts in counted(GALLERY, 2 if quick else SEEDS, 2):
        sums += counts
        rows.append(row(name, counts))
    header = ["graph", *OUTCOMES, *(f"{outcome}, one box" for outcome in OUTCOMES)]
    table("What is said to a slip", header, [*rows, row("all", sums)])


def row(name, counts):
    """Percentages; the wrong ones in number."""
    cells = [name]
    for ending in ("", ", one box"):
        whole = sum(counts[outcome + ending] for outcome in OUTCOMES) or 1
        cells += [f"{100 * counts[outcome + ending] / whole:.0f} %" for outcome in OUTCOMES[:-1]]
        cells.append(str(counts["wrong" + ending]))
    return cells


if __name__ == "__main__":
    main()

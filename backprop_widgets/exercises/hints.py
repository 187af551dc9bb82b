"""Hints to a number of a graph, from the trace: the rule, the two numbers, the product with a blank, the whole."""

from __future__ import annotations

from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import Edge, Row, Step, Term, Trace

BLANK = "▢"


def ladder(trace: Trace, kind: str, edge: Edge, say: Catalogue) -> tuple[tuple[str, ...], str]:
    """The hints to one number of a wire, its "value", "gradient" or "local", and its solution."""
    return {"value": of_value, "gradient": of_gradient, "local": of_local}[kind](trace, edge, say)


def of_value(trace: Trace, edge: Edge, say: Catalogue) -> tuple[tuple[str, ...], str]:
    """The hints to the value on a wire, and its solution."""
    node = trace.by_id[edge.source]
    step = trace.steps[edge.value_at - 1]
    row = step.rows[0]
    named = [term for term in _left(row) if term.kind != "sign"]
    hints = (
        say("hint.value.rule", name=node.name, formula=node.formula),
        say("hint.value.which", numbers=_listed([term.label for term in named], say)),
        say("hint.blank", equation=_with_blank(row)),
    )
    return hints, _whole(row)


def of_gradient(trace: Trace, edge: Edge, say: Catalogue) -> tuple[tuple[str, ...], str]:
    """The hints to the gradient on a wire, and its solution."""
    step = trace.steps[edge.gradient_at - 1]
    if step.kind == "seed":
        text = say("hint.seed")
        return (text, text, say("hint.blank", equation=f"{step.rows[0].terms[-1].label} = {BLANK}")), step.sentence
    row = _row(step, edge)
    if step.kind == "sum":
        which = say("hint.sum.which", count=sum(term.kind == "upstream" for term in row.terms))
    else:
        upstream, local = (_label(row, kind) for kind in ("upstream", "local"))
        which = say("hint.gradient.which", upstream=upstream, local=local or edge.local_text)
    return (step.sentence, which, say("hint.blank", equation=_with_blank(row))), _whole(row)


def of_local(trace: Trace, edge: Edge, say: Catalogue) -> tuple[tuple[str, ...], str]:
    """The hints to the local gradient of a wire, and its solution."""
    gate, source = trace.by_id[edge.target], trace.by_id[edge.source]
    names = {"gate": gate.symbol, "out": gate.name, "by": source.value_name, "formula": gate.formula}
    hints = (
        say("hint.local.rule", **names),
        say("hint.local.which", **names),
        say("hint.local.blank", **names),
    )
    return hints, f"∂{gate.name}/∂{source.value_name} = {edge.local_text}"


def _row(step: Step, edge: Edge) -> Row:
    """The equation of a step that ends in the number of this wire."""
    place = step.edges.index(edge.id)
    return step.rows[place] if place < len(step.rows) else step.rows[0]


def _left(row: Row) -> tuple[Term, ...]:
    """All that stands before the last equals sign."""
    ends = [place for place, term in enumerate(row.terms) if term.text == "="]
    return row.terms[: ends[-1]] if ends else row.terms


def _with_blank(row: Row) -> str:
    left = list(_left(row))
    last = max((place for place, term in enumerate(left) if term.kind != "sign"), default=len(left) - 1)
    texts = [BLANK if place == last else term.text for place, term in enumerate(left)]
    return f"{' '.join(texts)} = ?"


def _whole(row: Row) -> str:
    return " ".join(term.text for term in row.terms)


def _label(row: Row, kind: str) -> str:
    return next((term.label for term in row.terms if term.kind == kind), "")


def _listed(names: list[str], say: Catalogue) -> str:
    apart = list(dict.fromkeys(name for name in names if name))
    return say("hint.and", first=", ".join(apart[:-1]), last=apart[-1]) if len(apart) > 1 else "".join(apart)

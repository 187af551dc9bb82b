"""Look at many variants of a question for mistakes that go unseen, ties, ugly numbers and draws that fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backprop_widgets.exercises.answers import ABSOLUTE, RELATIVE
from backprop_widgets.exercises.boxes import NumberBox
from backprop_widgets.exercises.kinds.graphs import unseen
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.task import Task
from backprop_widgets.exercises.variants import NoVariantError, code_of, seed_of
from backprop_widgets.exercises.variants.clarity import hidden, ties, ugly

FAULTS = ("failed", "hidden", "ties", "ugly")


@dataclass(frozen=True)
class Fault:
    """Something wrong with one variant: `what` is failed, hidden, ties or ugly; `where` says more."""

    code: str
    what: str
    where: str


@dataclass(frozen=True)
class Audit:
    """What came of it: true when nothing was found. `codes` are the variants that can be given out."""

    title: str
    seeds: int
    faults: tuple[Fault, ...]
    codes: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.faults

    def __repr__(self) -> str:
        counts = Counter(fault.what for fault in self.faults)
        told = ", ".join(f"{counts[what]} {what}" for what in FAULTS if counts[what]) or "nothing to object to"
        lines = [f"{self.title}: {self.seeds} variants, {told}"]
        first = {fault.what: fault for fault in reversed(self.faults)}
        lines += [f"  {fault.what}, for example {fault.code}: {fault.where}" for fault in first.values()]
        return "\n".join(lines)


def audit(question: Question, seeds: int = 200) -> Audit:
    """Make that many variants of a question and list what is wrong with them; the question keeps its own.

    Hidden: a known mistake gives the right answer. Ties: two mistakes give the same numbers. Ugly: numbers that nobody
    should have to work out by head. Failed: no numbers could be drawn.
    """
    if not isinstance(question, Question):
        raise TypeError(f"an audit is of a question, such as fill_gradients('x * y'), got {question!r}")
    faults: list[Fault] = []
    codes: list[str] = []
    for turn in range(seeds):
        code = code_of(seed_of("audit", "", question.id, str(turn)))
        try:
            found = list(_faults(code, question.made(code)))
        except NoVariantError as error:
            found = [Fault(code, "failed", str(error))]
        faults += found
        codes += [] if found else [code]
    return Audit(question.title, seeds, tuple(faults), tuple(codes))


def _faults(code: str, task: Task) -> Iterator[Fault]:
    both = []
    for scene, picture in enumerate(task.scenes):
        places = [box.place for box in task.boxes if box.scene == scene and box.place]
        if places:
            both.append((picture.trace, places))
            yield from (Fault(code, "ugly", f"{place}") for place in ugly(picture.trace, places))
    yield from (Fault(code, "hidden", f"{slip} at {place}") for slip, place in sorted(unseen(hidden, both)))
    yield from (Fault(code, "ties", f"{one} and {other}") for one, other in sorted(unseen(ties, both)))
    numbers = (box for box in task.boxes if isinstance(box, NumberBox))
    yield from (Fault(code, "hidden", where) for where in _unseen(numbers))


def _unseen(boxes: Iterable[NumberBox]) -> Iterator[str]:
    """The mistakes at boxes without a graph whose number would be taken as right."""
    for box in boxes:
        reach = 2 * max(ABSOLUTE, RELATIVE * abs(box.truth))
        yield from (f"{each.slip.name} at {box.name}" for each in box.wrong if abs(each.value - box.truth) <= reach)

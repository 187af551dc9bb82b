"""Short texts that a question gives back: a hint, a solution, and the one-line error of a requirement."""

from __future__ import annotations

import html
from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """A text for the student, with what to do next below it."""

    text: str
    then: str = ""

    def __repr__(self) -> str:
        return "\n".join(filter(None, [self.text, self.then]))

    def _repr_html_(self) -> str:
        lines = "<br>".join(html.escape(line) for line in self.text.splitlines())
        then = f'<div style="opacity:.75">{html.escape(self.then)}</div>' if self.then else ""
        return f'<div style="max-width:70ch; overflow-wrap:anywhere">{lines}{then}</div>'


class RequirementError(AssertionError):
    """A question that must be right is not. A notebook shows the one line, and none of our code."""

    def _render_traceback_(self) -> list[str]:
        return [f"AssertionError: {self}"]

"""Say what a finding is: what it looks like, and a question; two slips are joined by "or"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backprop_widgets.exercises.slips.slip import Slip
from backprop_widgets.locale import Catalogue


def said(slips: Sequence[Slip], facts: Mapping[str, str], say: Catalogue) -> str:
    """What to say to a wrong answer behind which one or two slips stand; an empty text where there is none.

    >>> from backprop_widgets.exercises.slips.slip import SLIPS
    >>> from backprop_widgets.locale import catalogue
    >>> said([SLIPS["forward value"], SLIPS["wrong edge"]], {}, catalogue("en"))
    'Not yet. This looks like the forward value, or like the answer of another input. Which of the two is it?'
    """
    if not slips:
        return ""
    if len(slips) == 1:
        return say("slip_hint.one", says=say(slips[0].message, **facts))
    first, second = (say(slip.label) for slip in slips[:2])
    return say("slip_hint.two", first=first, second=second)

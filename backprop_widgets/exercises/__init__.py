"""What to ask: questions that check themselves, name the mistake, and keep what was typed. Knows nothing of Jupyter.

>>> from backprop_widgets import exercises as ex
>>> q1 = ex.fill_gradients("(x + y) * z", x=-2, y=5, z=-4, ask="inputs")
>>> bool(q1.check(x=-4, y="-4*1", z=3))
True
"""

from backprop_widgets.drawing import page
from backprop_widgets.exercises.audit import audit
from backprop_widgets.exercises.kinds.arrays import fitting_product, jacobian_cells, shapes
from backprop_widgets.exercises.kinds.bugs import check_op, find_bug
from backprop_widgets.exercises.kinds.deriving import derive_cross_entropy
from backprop_widgets.exercises.kinds.estimating import sensitivity
from backprop_widgets.exercises.kinds.fill import fill_edges, fill_gradients, fill_values
from backprop_widgets.exercises.kinds.functions import write_backward
from backprop_widgets.exercises.kinds.naming import name_roles, which_of_three
from backprop_widgets.exercises.kinds.ordering import next_step, order_backward
from backprop_widgets.exercises.kinds.own import question
from backprop_widgets.exercises.kinds.passes import cost_of_modes, dead_inputs, forks
from backprop_widgets.exercises.kinds.training import descent_step, safe_rate, uncleared
from backprop_widgets.exercises.kinds.writing import write_code
from backprop_widgets.exercises.predicting import asked
from backprop_widgets.exercises.progress import export, load, save, summary
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.report import Report
from backprop_widgets.exercises.session import start

__all__ = [
    "Question",
    "Report",
    "audit",
    "check_op",
    "cost_of_modes",
    "dead_inputs",
    "derive_cross_entropy",
    "descent_step",
    "export",
    "fill_edges",
    "fill_gradients",
    "fill_values",
    "find_bug",
    "fitting_product",
    "forks",
    "jacobian_cells",
    "load",
    "name_roles",
    "next_step",
    "order_backward",
    "question",
    "safe_rate",
    "save",
    "sensitivity",
    "shapes",
    "start",
    "summary",
    "uncleared",
    "which_of_three",
    "write_backward",
    "write_code",
]

page.lent["questions"] = asked  # so that the player can ask

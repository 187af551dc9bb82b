"""Run a student's own code, in their own kernel: with a time limit, on copies, and with errors that name their line.

Only whole programs that the student wrote as programs come here. What is typed in a box is read, never run.
"""

from backprop_widgets.exercises.student_code.errors import StudentError, StudentTimeout
from backprop_widgets.exercises.student_code.running import call, run

__all__ = ["StudentError", "StudentTimeout", "call", "run"]

"""The numbers of an exercise: drawn from a seed that a short code stands for, and drawn again until they are good."""

from backprop_widgets.exercises.variants.clarity import hidden, is_clear, ties, ugly
from backprop_widgets.exercises.variants.draw import Draw
from backprop_widgets.exercises.variants.rejection import Drawn, NoVariantError, draw_until, first_good
from backprop_widgets.exercises.variants.seeds import SEEDS, code_of, seed_from, seed_of, student_name

__all__ = [
    "SEEDS",
    "Draw",
    "Drawn",
    "NoVariantError",
    "code_of",
    "draw_until",
    "first_good",
    "hidden",
    "is_clear",
    "seed_from",
    "seed_of",
    "student_name",
    "ties",
    "ugly",
]

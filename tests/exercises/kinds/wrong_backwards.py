"""Backwards as students get them wrong: for each op its right lines, and wrong ones with what should be said.

`saved` is what forward keeps; a wrong backward is the expression, or expressions, that it returns.
What is said is the name of a slip, or "" for a message that names the input or the line.
"""

from __future__ import annotations

RELU = "np.maximum(x, 0)"
SIGMOID = "1 / (1 + np.exp(-x))"
SOFTMAX_LOSS = "-np.log(np.exp(x) / np.exp(x).sum())[int(y)]"
P = "np.exp(x) / np.exp(x).sum()"
HOT = "(np.arange(len(x)) == y)"

OPS = {  # op -> forward, right backward
    "multiply": ("x * y", "upstream * y, upstream * x"),
    "add": ("x + y", "upstream, upstream"),
    "subtract": ("x - y", "upstream, -upstream"),
    "divide": ("x / y", "upstream / y, -upstream * x / y**2"),
    "reciprocal": ("1 / x", "-upstream / x**2"),
    "power": ("x ** y", "upstream * y * x ** (y - 1), upstream * x ** y * np.log(np.abs(x))"),
    "square": ("x ** 2", "upstream * 2 * x"),
    "relu": (RELU, "upstream * (x > 0)"),
    "sigmoid": (SIGMOID, "upstream * z * (1 - z)"),
    "tanh": ("np.tanh(x)", "upstream * (1 - z**2)"),
    "exp": ("np.exp(x)", "upstream * z"),
    "log": ("np.log(x)", "upstream / x"),
    "maximum": ("np.maximum(x, y)", "upstream * (x > y), upstream * (y > x)"),
    "max": ("np.max(x)", "upstream * (x == z)"),
    "sum": ("np.sum(x)", "upstream * np.ones(np.shape(x))"),
    "mean": ("np.mean(x)", "upstream * np.ones(np.shape(x)) / np.size(x)"),
    "matmul": ("x @ y", "upstream @ y.T, x.T @ upstream"),
    "softmax_cross_entropy": (SOFTMAX_LOSS, f"upstream * ({P} - {HOT}), None"),
    "squared_error": ("np.mean((x - y) ** 2)", "upstream * 2 * (x - y) / len(x), -upstream * 2 * (x - y) / len(x)"),
}

WRONG = [  # op, what is returned, what is said
    ("multiply", "upstream * x, upstream * y", "own operand"),
    ("multiply", "y, x", "local instead of downstream"),
    ("multiply", "upstream, upstream", "multiply as add, upstream passed on"),
    ("multiply", "upstream * y, upstream * y", "own operand"),
    ("multiply", "upstream + y, upstream + x", "added instead of multiplied"),
    ("multiply", "upstream * x * y, upstream * x * y", ""),
    ("multiply", "upstream * y", ""),
    ("multiply", "upstream * y, None", ""),
    ("add", "upstream * y, upstream * x", "add as multiply"),
    ("add", "upstream / 2, upstream / 2", "upstream split"),
    ("add", "1, 1", "local instead of downstream"),
    ("subtract", "upstream, upstream", "sign lost, upstream passed on"),
    ("subtract", "-upstream, upstream", "sign on the wrong input, wrong edge"),
    ("divide", "upstream / y, upstream * x / y**2", "sign lost"),
    ("divide", "upstream / y, -upstream * x / y", "not squared"),
    ("divide", "upstream * y, upstream * x", "divide as multiply"),
    ("reciprocal", "upstream / x**2", "sign lost"),
    ("reciprocal", "-upstream / x", "not squared"),
    ("reciprocal", "upstream * np.log(np.abs(x))", "logarithm"),
    ("square", "upstream * x", "factor lost"),
    ("square", "2 * x", "local instead of downstream"),
    ("square", "upstream * 2 * x**2", "exponent kept, slope at the output"),
    ("relu", "upstream * (upstream > 0)", "mask of the gradient"),
    ("relu", "upstream", "no mask, upstream passed on"),
    ("relu", "upstream * x * (x > 0)", "function instead of slope"),
    ("relu", "(x > 0) * 1.0", "local instead of downstream"),
    ("sigmoid", "upstream * x * (1 - x)", "input for output"),
    ("sigmoid", "upstream * z", "function instead of slope"),
    ("sigmoid", "upstream * (1 - z)", "one factor only"),
    ("sigmoid", "z * (1 - z)", "local instead of downstream"),
    ("sigmoid", "upstream * (1 - z**2)", ""),
    ("tanh", "upstream * (1 - x**2)", "input for output"),
    ("tanh", "upstream * (1 - z)", "not squared"),
    ("tanh", "upstream * z * (1 - z)", "slope of the sigmoid"),
    ("tanh", "1 - z**2", "local instead of downstream"),
    ("exp", "upstream * x * np.exp(x - 1)", "power rule"),
    ("exp", "upstream * x", "input for output"),
    ("exp", "z", "local instead of downstream"),
    ("log", "upstream * x", ""),
    ("log", "upstream / z", "output for input, slope at the output"),
    ("maximum", "upstream * (x < y), upstream * (y < x)", "to the loser"),
    ("maximum", "upstream, upstream", "to both, upstream passed on"),
    ("maximum", "upstream * x * (x > y), upstream * y * (y > x)", "times the value"),
    ("max", "upstream * np.ones(np.shape(x))", "to every entry, upstream passed on"),
    ("max", "upstream * (x == z) * x", "times the value"),
    ("sum", "upstream", ""),
    ("sum", "upstream * np.ones(np.shape(x)) / np.size(x)", "divided by the count"),
    ("sum", "upstream * x", "times the entries"),
    ("mean", "upstream * np.ones(np.shape(x))", "not divided by the count, upstream passed on"),
    ("matmul", "upstream @ y, x @ upstream", ""),
    ("matmul", "y @ upstream.T, upstream.T @ x", ""),
    ("matmul", "(y @ upstream.T).T, upstream", ""),
    ("softmax_cross_entropy", f"upstream * ({P}), None", "one-hot forgotten"),
    ("softmax_cross_entropy", f"upstream * ({HOT} - {P}), None", "sign turned"),
    ("softmax_cross_entropy", f"{P} - {HOT}, None", "local instead of downstream"),
    ("softmax_cross_entropy", f"upstream * ({P} - {HOT}) / len(x), None", ""),
    ("squared_error", "upstream * (x - y) / len(x), -upstream * (x - y) / len(x)", "factor lost"),
    ("squared_error", "upstream * 2 * (x - y) / len(x), upstream * 2 * (x - y) / len(x)", "sign turned, wrong edge"),
    ("squared_error", "upstream * 2 * (x - y), -upstream * 2 * (x - y)", "batch mean forgotten, gradients not cleared"),
]


def written(op, returned, forward=""):
    """The text of a class for an op, with what its backward returns."""
    formula, _ = OPS[op]
    names = "x, y" if "y" in formula else "x"
    return f"""
class My{op.title().replace("_", "")}(Function):
    @staticmethod
    def forward(ctx, {names}):
        z = {forward or formula}
        ctx.save_for_backward({names}, z)
        return z

    @staticmethod
    def backward(ctx, upstream):
        {names}, z = ctx.saved_tensors
        return {returned}
"""

"""The whitelist parser: what it reads, and that everything else is refused, at once and with a message."""

from __future__ import annotations

import time

import numpy as np
import pytest

from backprop_widgets import Tensor
from backprop_widgets.trace.expression import MAX_DEPTH, MAX_LENGTH, Expression

LIMIT = 0.010  # seconds to refuse; a requirement, since a student's typo must not hang a lecture
MEGABYTES_10 = 10_000_000

HOSTILE = {
    "import": "__import__('os')",
    "dunder": "().__class__",
    "tower of powers": "9**9**9",
    "large power": "10**400",
    "10 MB of brackets": "(" * (MEGABYTES_10 // 2) + ")" * (MEGABYTES_10 // 2),
    "10 MB of open brackets": "[" * MEGABYTES_10,
    "10 MB of newlines": "\n" * MEGABYTES_10,
    "10 MB of comment": "#" * MEGABYTES_10,
    "brackets": "(" * 900 + "x" + ")" * 900,
    "braces": "{" * 900,
    "minus signs": "-" * 1999 + "x",
    "minus signs alone": "-" * 1999,
    "tildes": "~" * 1999,
    "nots": "not " * 499 + "x",
    "powers of minus": "x**-" * 499 + "x",
    "sum without end": "x+" * 999 + "x",
    "calls in calls": "exp(" * 31 + "x" + ")" * 31,
    "lists in lists": "x+[" * 29 + "1" + "]" * 29,
    "attribute": "x.data",
    "attribute of an op": "sum.__globals__",
    "attribute of a number": "(1).__class__",
    "full-width attribute": "\uff58.data",
    "lambda": "lambda: 1",
    "list comprehension": "[x for x in y]",
    "generator": "sum(x for x in y)",
    "f-string": "f'{x}'",
    "nested f-string": "f'{f\"{x.data}\"}'",
    "string": "'x'",
    "long string": "'a'*10**9",
    "bytes": "b'x'",
    "walrus": "(y := x)",
    "walrus in a call": "sum((y := x))",
    "huge integer": "1" * 1999,
    "huge hexadecimal": "0x" + "f" * 1990,
    "huge exponent": "1e999",
    "division by zero": "1/0",
    "root of a negative number": "(-8)**0.5",
    "matrix product of numbers": "1 @ 2",
    "complex": "1j",
    "None": "None",
    "True": "True",
    "ellipsis": "...",
    "set": "{x}",
    "dict": "{x: 1}",
    "tuple": "x, y",
    "index": "x[__import__('os')]",
    "comparison": "x < y",
    "and": "x and y",
    "not": "not x",
    "if": "x if y else z",
    "floor division": "x // y",
    "modulo": "x % y",
    "shift": "1 << 99999999",
    "caret": "x ^ y",
    "starred arguments": "add(*x)",
    "double-starred arguments": "add(**x)",
    "starred": "*x",
    "starred in a list": "[*x]",
    "starred target": "*a, b = x",
    "two targets": "a, b = x",
    "chained targets": "a = b = x",
    "attribute as target": "x.data = y",
    "index as target": "x[0] = y",
    "augmented": "x += 1",
    "annotated": "x: y",
    "True as target": "True = x",
    "import statement": "import os",
    "import after a semicolon": "x; import os",
    "definition": "def f(): pass",
    "class": "class A: pass",
    "decorator": "@x\ndef f(): pass",
    "loop": "while 1: x",
    "match": "match x:\n case 1: x",
    "with": "with x: y",
    "delete": "del x",
    "assert": "assert x",
    "raise": "raise x",
    "return": "return x",
    "yield": "(yield x)",
    "await": "await x",
    "eval": "eval('1')",
    "open": "open('/etc/passwd')",
    "getattr": "getattr(x, 'data')",
    "unknown function": "foo(x)",
    "call of a call": "sum(x)(y)",
    "call of a lambda": "(lambda: x)()",
    "code as an option": "sum(x, axis=__import__('os'))",
    "name as an option": "sum(x, axis=y)",
    "string as an option": "sum(x, axis='0')",
    "option twice": "sum(x, axis=0, axis=1)",
    "names in a list": "[x, y]",
    "max of a walrus": "max(x := y)",
    "null byte": "x\0y",
    "surrogate": "\ud800",
    "keyword": "if",
    "indented": "x\n  y",
    "unclosed": "(x",
    "quotes": "'" * 1999,
    "open string": "'''" + "a" * 1900,
    "backslash": "x\\",
    "times sign": "x × y",
    "empty": "",
    "spaces": "   ",
    "comment": "# x",
}


def refusal(text):
    """The message with which a text is refused, by the parser or when its numbers are computed."""
    try:
        expression = Expression(text)
        expression.evaluate({name: Tensor([1.0, 2.0]) for name in expression.names})
    except ValueError as error:
        return str(error)
    return None


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_everything_else_is_refused_with_a_short_message(text):
    message = refusal(text)
    assert message
    assert len(message) < 1000


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_refusing_takes_less_than_10_ms(text):
    def seconds():
        start = time.process_time()
        refusal(text)
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < LIMIT


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x" * 2001, f"an expression has at most {MAX_LENGTH} characters, got 2001"),
        ("(" * 31 + "x" + ")" * 31, f"brackets nest at most {MAX_DEPTH} deep, got 31"),
        ("foo(x)", "no function is called 'foo'; there are .*exp.*sigmoid"),
        ("9**9**9", "the numbers 9.0, 387420489.0 give no finite result"),
        ("", r"an expression such as '\(x \+ y\) \* z' is needed, got an empty text"),
        ("[1, [2]] * x", "a list needs rows of equal length"),
    ],
    ids=["length", "brackets", "function", "powers", "empty", "ragged"],
)
def test_a_refusal_says_what_came_and_what_may_come(text, message):
    with pytest.raises(ValueError, match=message):
        Expression(text).evaluate({"x": Tensor(1)})


def test_what_is_refused_has_not_been_run():
    ran = []
    with pytest.raises(ValueError, match="behind a dot may stand T alone"):
        Expression("ran.append(1)").evaluate({"ran": ran})
    assert ran == []


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("(x + y) * z", "x y z", -12),
        ("x + y * z", "x y z", -22),
        ("x - y - z", "x y z", -3),
        ("-x ** 2", "x", -4),
        ("2 ** y ** 0", "y", 2),
        ("+x", "x", -2),
        ("−x", "x", 2),
        ("x−y", "x y", -7),
        ("max(x, y)", "x y", 5),
        ("min(x, y)", "x y", -2),
        ("maximum(x, 1)", "x", 1),
        ("sum([1, 2] * x)", "x", -6),
        ("[1, 2] @ [3, 4] + x", "x", 9),
        ("2 * [1, 2] @ [1, 1] * x", "x", -12),
        ("sum(-[1, 2]) + x", "x", -5),
        ("sum([[1, 2], [3, 4]], axis=(0, 1)) + x", "x", 8),
        ("a = x; a * a", "x", 4),
        ("a = 3; b = a * 2; b * x", "x", -12),
        ("x = x * y; x = x * y; x", "x y", -50),
        ("sum = x + y; sum(sum)", "x y", 3),
        ("exp = x; exp(exp - x)", "x", 1),
        ("1_000 + x", "x", 998),
        ("x * 1e-3 * 1000", "x", -2),
        ("# a neuron\nx + y  # its sum", "x y", 3),
        ("  x", "x", -2),
    ],
)
def test_an_expression_is_read_as_python_reads_it(text, names, expected):
    expression = Expression(text)
    assert " ".join(expression.names) == names
    inputs = {"x": Tensor(-2), "y": Tensor(5), "z": Tensor(-4)}
    value, _ = expression.evaluate({name: inputs[name] for name in expression.names})
    np.testing.assert_allclose(value.data, expected, rtol=1e-15)


def test_names_may_be_korean_and_are_read_in_their_normal_form():
    assert Expression("가중치 * 입력").names == ("가중치", "입력")
    assert Expression("\uff58 + x").names == ("x",)  # Python reads full-width letters as the plain ones


def test_as_much_as_is_allowed_is_read():
    assert Expression("(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH).names == ("x",)
    assert Expression("x" * MAX_LENGTH).names == ("x" * MAX_LENGTH,)
    assert Expression("+".join(["x"] * 100)).names == ("x",)


def test_assigned_names_are_handed_back_with_their_tensors():
    x = Tensor(3)
    output, assigned = Expression("q = x * 2; f = q + 1").evaluate({"x": x})
    assert assigned == {"q": output.inputs[0], "f": output}

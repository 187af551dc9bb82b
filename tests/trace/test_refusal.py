"""Where an expression cannot be read: the message marks the place, and says what may stand there."""

import pytest

from backprop_widgets import Tensor, record
from backprop_widgets.trace.expression import Expression
from backprop_widgets.trace.refusal import pointed

OPERATOR = r"here may stand an operator, \+ - \* / \*\* @, or the end"
OPERAND = "here may stand a name, a number, a bracket or a function"
NO_DOT = "behind a dot may stand T alone"
REFUSED = {  # the text with the marked part in «», what is said
    "x ^ 2": ("x «^» 2", r"a power is written \*\*"),
    "x // y": ("x «//» y", r"the operators are \+ - \* / \*\* @"),
    "(x) % (y)": ("(x) «%» (y)", "the operators are"),
    "x y": ("x «y»", OPERATOR),
    "x !": ("x «!»", OPERATOR),
    "x * / y": ("x * «/» y", OPERAND),
    "x +": ("x +«»", "something is missing at the end: a name, a number, a bracket or a function"),
    "x +\n y": ("x +«»", "something is missing at the end"),
    "(x + y": ("«(»x + y", "never closed"),
    "x + y)": ("x + y«)»", "unmatched"),
    "2x": ("«2x»", r"between a number and a name stands an operator: 2 \* x"),
    "sin x": ("sin «x»", r"a function takes its inputs in brackets: sin\(x\)"),
    "x × y": ("x «×» y", r"× is written \*"),
    "x·y": ("«x·y»", r"· is written \*"),
    "x²": ("x«²»", r"² is written \*\* 2"),
    "x\u200b* y": ("x«\ufffd»* y", "an invisible character stands here: delete it"),
    "class * 2": ("«class» * 2", "'class' is a word of Python and no name: choose another, such as class_"),
    "x * lambda": ("x * «lambda»", "'lambda' is a word of Python and no name"),
    "x == y": ("«x == y»", "a comparison is no gate; a name is given with one ="),
    "x < y": ("«x < y»", "a comparison is no gate; maximum, minimum and relu choose"),
    "x and y": ("«x and y»", "and, or are no gates"),
    "x if y else 2": ("«x if y else 2»", "a choice is no gate; maximum, minimum and relu choose"),
    "x * ~y": ("x * «~y»", r"before a value may stand \+ or - alone"),
    "x.data": ("«x.data»", NO_DOT),
    "1 + x.sum()": ("1 + «x.sum()»", r"a function stands without a dot: sum\(x\)"),
    "np.exp(x)": ("«np.exp(x)»", r"a function stands without a dot: exp\(x\)"),
    "1 / sigmod(x)": ("1 / «sigmod»(x)", r"no function is called 'sigmod'; did you mean sigmoid\? There are abs, "),
    "ln(x)": ("«ln»(x)", r"did you mean log\?"),
    "f(x)": ("«f»(x)", "no function is called 'f'; there are abs, "),
    "exp(x)(y)": ("«exp(x)(y)»", "only a function can be called: abs, "),
    "exp(*x)": ("exp(«*x»)", "each input stands by itself"),
    "sum(x, axis=y)": ("«sum(x, axis=y)»", "an option is a number, a tuple of numbers, .* by its name, once: axis=0"),
    "reshape(x, (2, 3))": ("reshape(x, «(2, 3)»)", r"an option goes by its name, shape=\(2, 3\)"),
    "x, y": ("«x, y»", "an expression has one output"),
    "concatenate([x, y])": ("concatenate(«[x, y]»)", r"a list holds numbers alone; concatenate\(x, y\) joins arrays"),
    "x[y]": ("«x[y]»", r"an index is made of whole numbers and slices: x\[0\]"),
    "'x' * 2": ("«'x'» * 2", "a name stands without quotes"),
    "x * True": ("x * «True»", "'True' is no real number"),
    "x += 1": ("«x += 1»", r"write q = q \+ x in place of q \+= x"),
    "q = r = x": ("«q = r = x»", "one name stands on the left of ="),
    "(q := x) + q": ("(«q := x») + q", "a name is given in a statement of its own"),
    "import os": ("«import os»", "there may stand expressions, and assignments such as q = x"),
    "q = x\nwhile q: q": ("«while q: q»", "there may stand expressions, and assignments"),
    "x\n+ y": ("«x»", "only the last statement is the output, so this one has no effect"),
    "1 / 0 + x": ("«1 / 0» + x", "the numbers 1.0, 0.0 give no finite result"),
    "x + exp(x, y)": ("x + «exp(x, y)»", "cannot be called so: too many positional arguments"),
    "1 + (x @ y)": ("1 + («x @ y»)", "matmul needs vectors or matrices"),
    "가중치 * x[3]": ("가중치 * «x[3]»", r"an array of shape \(\) has no entry \[3\]"),
    "q = x\nr = q[7] + 1": ("r = «q[7]» + 1", r"has no entry \[7\]"),
}


def evaluated(text):
    """Read and compute, with 2 for every name."""
    expression = Expression(text)
    return expression.evaluate({name: Tensor(2.0) for name in expression.names})


def marked(message):
    """The line of the message, with the part above the marks in «»."""
    line, marks = (text[4:] for text in message.splitlines()[-2:])
    columns = [letter for letter in line for _ in range(2 if "가" <= letter <= "힣" else 1)]
    start, end = marks.index("^"), len(marks)
    return f"{_once(columns[:start])}«{_once(columns[start:end])}»{_once(columns[end:])}"


def _once(columns):
    """Letters that take two columns, once."""
    letters = iter(columns)
    return "".join(letter if not "가" <= letter <= "힣" else (next(letters), letter)[1] for letter in letters)


@pytest.mark.parametrize(("text", "place", "problem"), [(text, *said) for text, said in REFUSED.items()], ids=REFUSED)
def test_a_refusal_marks_the_place_and_says_what_may_stand_there(text, place, problem):
    with pytest.raises((ValueError, TypeError, IndexError), match=problem) as refused:
        evaluated(text)
    assert marked(str(refused.value)) == place


def test_of_a_long_line_the_part_around_the_place_is_shown():
    message = pointed("x + " * 100 + "^", (0, 400, 401), "here")
    line, marks = message.splitlines()[1:]
    assert len(line) < 80
    assert line[marks.index("^")] == "^"


def test_a_name_that_is_a_function_is_told_its_brackets():
    with pytest.raises(TypeError, match=r"no value for exp; exp is a function: exp\(x\)"):
        record("exp * x", x=2)


@pytest.mark.parametrize(
    ("text", "title"),
    {"x * 2": "f = x * 2", "q = x * 2; q + 1": "q = x * 2; q + 1", "q = x": "q = x", "x": "x"}.items(),
)
def test_a_title_gives_the_output_a_name_where_there_is_one_statement(text, title):
    assert record(text, x=2).title == title

"""Read an expression typed by a student: a whitelist over the syntax tree, never `eval`."""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from backprop_widgets.autograd.arrays import read, shortened
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.tensor import Tensor
from backprop_widgets.trace.own_code import Place, within
from backprop_widgets.trace.refusal import extent_of, pointed, refused, unreadable

MAX_LENGTH = 2000  # characters
MAX_DEPTH = 30  # brackets inside brackets, and levels of the syntax tree
BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
}


class Expression:
    """An expression, or a few assignments the last of which is the output: `q = x + y; f = q * z`.

    `names` are its inputs, in order of appearance. Raises ValueError that points at the place and says what may stand
    there; what an op raises on the way is raised again with the place.
    """

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.statements = _parse(text)
        self.places: dict[Tensor, Place] = {}  # where in the text each tensor was computed
        self.names = tuple(dict.fromkeys(_inputs(self.statements)))

    def evaluate(self, inputs: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Any]]:
        """Compute the output from tensors; also what got a name by assignment."""
        scope = _Scope(inputs)
        assigned: dict[str, Any] = {}
        result: Any = None
        for target, expression in self.statements:
            try:
                result = _evaluate(expression, scope)
            except (ValueError, TypeError, IndexError) as error:
                raise self._at(scope.open[-1], error) from error
            if target:
                scope[target] = assigned[target] = result
        parsed = _parsed(self.text)
        places = {tensor: within(parsed, place, 1, 0) for tensor, place in scope.places.items()}
        self.places = {tensor: place for tensor, place in places.items() if place}
        is_computed = isinstance(result, Tensor) and not result.is_constant
        return result if is_computed else Tensor(result), assigned  # a number by itself is a graph of one node

    def _at(self, node: ast.expr, error: Exception) -> Exception:
        """What an op has raised, with the place where it stands."""
        kind = next(kind for kind in (ValueError, TypeError, IndexError) if isinstance(error, kind))
        text = _parsed(self.text)
        return kind(pointed(text, extent_of(node, text), str(error)))


class _RefusedError(Exception):
    """A part of the syntax tree that an expression cannot hold."""

    def __init__(self, node: ast.AST) -> None:
        super().__init__()
        self.node = node


class _Scope(dict[str, Any]):
    """What each name stands for, and where in the text each tensor was computed."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        super().__init__(names)
        self.places: dict[Tensor, Place] = {}
        self.open: list[ast.expr] = []  # what is being computed, the innermost last


def _parsed(text: str) -> str:
    """What is given to Python's parser: of the same letters, each in its place."""
    return text.strip().replace("−", "-")


def _parse(text: str) -> list[tuple[str, ast.expr]]:
    if len(text) > MAX_LENGTH:
        raise ValueError(f"an expression has at most {MAX_LENGTH} characters, got {len(text)}")
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise ValueError(f"brackets nest at most {MAX_DEPTH} deep, got {deepest}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of odd literals is refused below anyway
            tree = ast.parse(_parsed(text))
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise unreadable(_parsed(text), error, table) from None
    if not tree.body:
        raise ValueError("an expression such as '(x + y) * z' is needed, got an empty text")
    try:
        statements = [_statement(statement, is_last=statement is tree.body[-1]) for statement in tree.body]
        for _, expression in statements:
            _check(expression, 0)
    except _RefusedError as refusal:
        raise refused(_parsed(text), refusal.node, table) from None
    return statements


def _statement(statement: ast.stmt, *, is_last: bool) -> tuple[str, ast.expr]:
    if isinstance(statement, ast.Expr) and is_last:
        return "", statement.value
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id, statement.value
    raise _RefusedError(statement)


def _check(node: ast.expr, depth: int) -> None:  # noqa: C901, PLR0912  (a case for each kind that may be)
    """Walk the whole tree before anything is computed."""
    if depth > MAX_DEPTH * 4:
        raise ValueError(f"an expression has at most {MAX_DEPTH * 4} levels")
    match node:
        case ast.Name(id=name) if "·" not in name:
            return
        case ast.Constant(value=value) if type(value) in (int, float):
            return
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            children = [left, right]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            children = [operand]
        case ast.Attribute(value=operand, attr="T"):
            children = [operand]
        case ast.Subscript(value=operand, slice=key):
            if not _is_literal(key):
                raise _RefusedError(node)
            children = [operand]
        case ast.List(elts=elements):
            if not all(_is_literal(element) for element in elements):
                raise _RefusedError(node)
            children = elements
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            if _called(name, len(arguments)) not in table:
                raise _RefusedError(node)
            options = {keyword.arg for keyword in keywords if _is_literal(keyword.value)}
            if None in options or len(options) < len(keywords):  # **x, a name or an op as value, a keyword given twice
                raise _RefusedError(node)
            children = arguments
        case _:
            raise _RefusedError(node)
    for child in children:
        _check(child, depth + 1)


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=value):
            return type(value) in (int, float, bool) or value is None
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
            return type(value) in (int, float)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return all(_is_literal(element) for element in elements)
        case ast.Slice(lower=lower, upper=upper, step=step):
            return all(end is None or _is_literal(end) for end in (lower, upper, step))
    return False


def _literal(node: ast.expr | None) -> Any:
    match node:
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(_literal(lower), _literal(upper), _literal(step))
        case ast.Tuple(elts=elements):
            return tuple(_literal(element) for element in elements)
        case None:
            return None
    return ast.literal_eval(node)


def _evaluate(node: ast.expr, scope: _Scope) -> Any:
    scope.open.append(node)
    value = _computed(node, scope)
    scope.open.pop()
    if isinstance(value, Tensor) and not isinstance(node, ast.Name):
        line, last = node.lineno, node.end_lineno or node.lineno
        scope.places.setdefault(value, (line, node.col_offset, last, node.end_col_offset or 0))
    return value


def _computed(node: ast.expr, scope: _Scope) -> Any:  # noqa: PLR0911  (a case for each kind)
    match node:
        case ast.Name(id=name):
            return scope[name]
        case ast.Constant(value=value):
            return _finite(float, value)
        case ast.List():
            return ast.literal_eval(node)
        case ast.Attribute(value=operand):
            return table["transpose"].apply(_evaluate(operand, scope))
        case ast.Subscript(value=operand, slice=key):
            return table["index"].apply(_evaluate(operand, scope), key=_literal(key))
        case ast.UnaryOp(op=op, operand=operand):
            value = _operand(operand, scope)
            return -value if isinstance(op, ast.USub) else value
        case ast.BinOp(left=left, op=op, right=right):
            x, y = _operand(left, scope), _operand(right, scope)
            if isinstance(x, float) and isinstance(y, float):
                return _finite(BINARY[type(op)], x, y)  # in floats: 9**9**9 overflows at once instead of growing
            return BINARY[type(op)](x, y)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            function = table[_called(name, len(arguments))]
            options = {keyword.arg or "": ast.literal_eval(keyword.value) for keyword in keywords}
            return function.apply(*[_evaluate(argument, scope) for argument in arguments], **options)
    raise _RefusedError(node)


def _operand(node: ast.expr, scope: _Scope) -> Any:
    value = _evaluate(node, scope)
    if isinstance(value, list):  # Python has a meaning of its own for list + list
        return Tensor.constant(read(value, "a list"))
    return value


def _called(name: str, inputs: int) -> str:
    """The op of that name; `max(x, y)` is the maximum of two, and `min(x, y)` the minimum."""
    return {"max": "maximum", "min": "minimum"}.get(name, name) if inputs > 1 else name


def _finite(operation: Callable[..., Any], *numbers: Any) -> float:
    try:
        value = operation(*numbers)
    except (OverflowError, ZeroDivisionError, TypeError):
        value = math.nan
    if not isinstance(value, float) or not math.isfinite(value):
        raise ValueError(f"the numbers {', '.join(shortened(x, 20) for x in numbers)} give no finite result") from None
    return value


def _inputs(statements: list[tuple[str, ast.expr]]) -> list[str]:
    """The names that are read before they are assigned."""
    found: list[str] = []
    assigned: set[str] = set()
    for target, expression in statements:
        called = {node.func for node in ast.walk(expression) if isinstance(node, ast.Call)}
        names = [node for node in ast.walk(expression) if isinstance(node, ast.Name) and node not in called]
        names.sort(key=lambda node: (node.lineno, node.col_offset))
        found += [node.id for node in names if node.id not in assigned]
        if target:
            assigned.add(target)
    return found

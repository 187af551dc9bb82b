"""The class forms of a gate: a `Function` with ctx, as in the lecture, and `torch.autograd.Function`. Text only."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from backprop_widgets.autograd.code import FIELD, SLOTS, fill, is_written, literal
from backprop_widgets.autograd.function import Function, table
from backprop_widgets.autograd.tensor import Tensor

NAMES = ("x", "y", "w", "v", "p", "q", "r", "s")  # z is the output
FACTS = {"x_shape": "np.shape(x)", "size": "np.size(x)", "classes": "np.shape(x)[-1]"}
TORCH = (  # numpy -> torch, longest first; what is not here has the same name in both
    ("np.ones(np.shape(x))", "torch.ones_like(x)"),
    ("np.zeros(np.shape(x))", "torch.zeros_like(x)"),
    ("np.logaddexp(0, x)", "torch.logaddexp(torch.zeros_like(x), x)"),
    ("np.shape(x)", "x.shape"),
    ("np.size(x)", "x.numel()"),
    ("np.max(", "torch.amax("),
    ("np.min(", "torch.amin("),
    ("np.", "torch."),
    ("axis=", "dim="),
    ("keepdims=", "keepdim="),
)
CLAMP = re.compile(r"np\.(max|min)imum\(0, (\w+)\)")


@dataclass(frozen=True)
class Dialect:
    """How a class is written: for this package, or for PyTorch."""

    base: str
    upstream: str
    gradient: str
    before_options: str  # options are keywords here, and positions in PyTorch
    extra: str  # what is returned for an option
    translate: Callable[[str], str]


def class_form(op: Any, *inputs: Any, **options: Any) -> str:
    """Write a known gate as a `Function` with ctx: what a student would write, from the same facts as its flat code.

    `op` is the public function, its name or its class. Where the code depends on shapes or options it is written for
    these inputs; for the op's first sample when none are given. Raises ValueError for an op whose code is not known.

    >>> print(class_form("multiply"))
    class Multiply(Function):
        elementwise = True
    <BLANKLINE>
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x * y
    <BLANKLINE>
        @staticmethod
        def backward(ctx, upstream):
            x, y = ctx.saved_tensors
            dx = upstream * y
            dy = upstream * x
            return dx, dy
    """
    return _written(_op(op), inputs, options, HERE)


def pytorch_form(op: Any, *inputs: Any, **options: Any) -> str:
    """Write a known gate as a `torch.autograd.Function`. PyTorch itself is not needed to write it."""
    return _written(_op(op), inputs, options, IN_TORCH)


def _op(op: Any) -> type[Function]:
    name = op if isinstance(op, str) else getattr(op, "__name__", "")
    function = op if isinstance(op, type) and issubclass(op, Function) else table.get(name)
    if function is None or not is_written(function):
        raise ValueError(f"the code of {shown(op)} is not known; there are {', '.join(sorted(table))}")
    return function


def shown(op: Any) -> str:
    """What came, in a few letters."""
    return getattr(op, "__name__", repr(op))[:60]


def _written(function: type[Function], inputs: tuple[Any, ...], options: dict[str, Any], dialect: Dialect) -> str:
    output = function.apply(*[Tensor(x) for x in inputs or function.samples[0]], **options)
    assert output.gate is not None
    names = NAMES[: len(output.gate.inputs)]
    code, sent = function.coded(output.gate)
    given = {"given": "".join(f", {key}={literal(value)}" for key, value in options.items())}
    texts = {str(slot): name for slot, name in enumerate(names)} | dict(zip(SLOTS, names, strict=False))
    texts |= {**FACTS, **{key: literal(value) for key, value in options.items()}, **given}
    texts |= {"z": "z", "u": dialect.upstream}
    keywords = _keywords(function, options, [code, *sent], len(names))
    gradients = [
        dialect.gradient.format(name) if template else "None" for name, template in zip(names, sent, strict=False)
    ]
    backward: list[str] = []
    for gradient, template in zip(gradients, sent, strict=False):
        *lines, last = fill(template or "None", {**texts, "part": gradient}).split("\n")
        backward += [*lines, *([f"{gradient} = {last}"] if last != gradient else [])]
    backward = [re.sub(r"\{(\w+)\}", r"\1", line) for line in backward]
    *helpers, value = (re.sub(r"\{(\w+)\}", r"\1", line) for line in fill(code, texts).split("\n"))
    made = [line.partition(" = ")[0] for line in helpers]
    saved = [name for name in (*names, "z", *made) if is_read(name, backward)]
    attributes = [key for key in keywords if is_read(key, backward)]
    backward = [re.sub(rf"\b({'|'.join(attributes)})\b", r"ctx.\1", line) if attributes else line for line in backward]
    stash = [f"ctx.save_for_backward({', '.join(saved)})"] if saved else []
    stash += [f"ctx.{key} = {key}" for key in attributes]
    taken = f"{', '.join(saved)} = ctx.saved_tensors" if len(saved) > 1 else f"({''.join(saved)},) = ctx.saved_tensors"
    computed = [*helpers, f"z = {value}", *stash, "return z"] if "z" in saved else [*helpers, *stash, f"return {value}"]
    parameters = [*names, *([dialect.before_options] if keywords and dialect.before_options else [])]
    parameters += [f"{key}={literal(default)}" for key, default in keywords.items()]
    returned = ", ".join([*gradients, *([dialect.extra] * len(keywords) if dialect.extra else [])])
    facts = [f"    {key} = {getattr(function, key)}" for key in ("elementwise", "labels") if getattr(function, key)]
    text = "\n".join(
        [
            f"class {function.__name__}({dialect.base}):",
            *([*facts, ""] if facts and dialect is HERE else []),
            *_method(f"forward(ctx, {', '.join(parameters)})", computed),
            "",
            *_method(
                f"backward(ctx, {dialect.upstream})", [*([taken] if saved else []), *backward, f"return {returned}"]
            ),
        ]
    )
    return dialect.translate(text)


def _method(signature: str, body: Iterable[str]) -> list[str]:
    return ["    @staticmethod", f"    def {signature}:", *(f"        {line}" for line in body)]


def _keywords(function: type[Function], options: dict[str, Any], templates: list[str], count: int) -> dict[str, Any]:
    """The options that the code reads by name, with their defaults; one that is given stands in the code as it is."""
    read = {field for template in templates for field in FIELD.findall(template)}
    parameters = list(inspect.signature(function.forward).parameters.values())[1:]
    optional = [
        parameter
        for slot, parameter in enumerate(parameters)
        if slot >= count or parameter.kind is parameter.KEYWORD_ONLY
    ]
    return {p.name: p.default for p in optional if p.name in read and p.name not in options}


def is_read(name: str, lines: list[str]) -> bool:
    """Whether a name stands in these lines, as a name of its own."""
    return any(re.search(rf"(?<![\w.]){name}\b", line.partition(" = ")[2] or line) for line in lines)


def in_torch(text: str) -> str:
    """The same calls as PyTorch spells them."""
    text = CLAMP.sub(lambda call: f"torch.clamp({call[2]}, {'min' if call[1] == 'max' else 'max'}=0)", text)
    for ours, theirs in TORCH:
        text = text.replace(ours, theirs)
    return text


HERE = Dialect("Function", "upstream", "d{}", "*", "", str)
IN_TORCH = Dialect("torch.autograd.Function", "grad_output", "grad_{}", "", "None", in_torch)

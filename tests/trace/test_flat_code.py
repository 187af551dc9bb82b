"""Flat code: its text in the lecture's style, and the steps to which its lines belong."""

from __future__ import annotations

import pytest

import backprop_widgets as bw
from backprop_widgets import Function, Tensor, Trace, flat_code, record
from backprop_widgets.trace.program import Program


class Double(Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, upstream):
        return 2 * upstream


# ---- the text ----


def test_the_lectures_example_is_written_as_in_the_lecture():
    code = flat_code("(x + y) * z", x=-2, y=5, z=-4)
    assert code.inputs.splitlines() == ["x = -2.0", "y = 5.0", "z = -4.0"]
    assert code.forward.splitlines() == ["q = x + y", "f = q * z"]
    assert code.backward.splitlines() == ["df = 1.0", "dq = df * z", "dz = df * q", "dx = dq * 1", "dy = dq * 1"]
    assert str(code) == f"{code.inputs}\n\n{code.forward}\n\n{code.backward}"


def test_at_a_fork_the_first_contribution_is_assigned_and_the_others_are_added():
    code = flat_code("q = x * y; f = q + x", x=3, y=4)
    assert code.backward.splitlines() == ["df = 1.0", "dq = df * 1", "dx = df * 1", "dx += dq * y", "dy = dq * x"]
    assert flat_code("x * x", x=3).backward.splitlines() == ["df = 1.0", "dx = df * x", "dx += df * x"]


def test_a_function_gives_its_own_names():
    def neuron(w, x, b):
        score = w * x + b
        return bw.maximum(0, score)

    code = flat_code(neuron, w=2, x=3, b=-1)
    assert code.forward.splitlines() == ["q = w * x", "score = q + b", "f = np.maximum(0, score)"]
    assert code.backward.splitlines()[1] == "dscore = df * (score > 0)"


def test_broadcasting_is_undone_by_a_sum_in_the_shape_of_the_input():
    code = flat_code("sum(x + b)", x=[[1, 2, 3], [4, 5, 6]], b=[1, 2, 3])
    assert code.inputs.splitlines()[0] == "import numpy as np"
    assert code.backward.splitlines()[-2:] == ["db_q = dq * 1", "db = np.sum(db_q, axis=0)"]
    assert flat_code("sum(x * c)", x=[1, 2], c=3).backward.splitlines()[-1] == "dc = np.sum(dc_q)"


def test_an_unused_input_has_a_gradient_of_zero():
    code = flat_code(lambda x, y, W: x * 2, x=1, y=2, W=[[1, 2]])
    assert code.backward.splitlines()[-2:] == ["dy = 0.0", "dW = np.zeros((1, 2))"]


def test_numbers_are_written_exactly_and_in_brackets_where_a_sign_needs_them():
    code = flat_code("-2 * x + x / 0.1 - -3 + x ** -1", x=0.1 + 0.2)
    assert code.inputs == "x = 0.30000000000000004"
    assert code.forward.splitlines()[:4] == ["q = -2 * x", "r = x / 0.1", "s = q + r", "t = s - (-3)"]
    assert code.forward.splitlines()[4:] == ["u = x ** -1", "f = t + u"]
    assert "dx = du * -1 * x ** -2" in code.backward
    assert flat_code("x - c", {"x": [1, float("inf")], "c": 1}, upstream=[1, 1]).inputs.splitlines() == [
        "import numpy as np",
        "x = np.array([1.0, np.inf])",
        "c = np.float64(1.0)",  # numpy goes on where Python raises
    ]


def test_a_given_upstream_is_the_seed():
    code = record("relu(x)", x=[1, -2], upstream=[4, -1]).flat_code()
    assert code.backward.splitlines()[0] == "df = np.array([4.0, -1.0])"
    assert flat_code("relu(x)", x=[1, -2], upstream=[4, -1]) == code


def test_a_students_own_function_is_called_as_a_class():
    x = Tensor([1, 2], name="x")
    q = Double.apply(x)
    q.name = "q"
    code = flat_code(bw.sum(q))
    assert "from backprop_widgets.autograd import Context, Tensor" in code.inputs
    assert code.forward.splitlines()[:2] == ["ctx_q = Context(Double, (Tensor(x),))", "q = Double.forward(ctx_q, x)"]
    assert code.backward.splitlines()[-1] == "dx = Double.backward(ctx_q, dq)"


def test_a_trace_takes_no_inputs_of_its_own():
    with pytest.raises(TypeError, match="a Trace has been computed already"):
        flat_code(record("x * y", x=3, y=4), x=3)


# ---- the steps ----


@pytest.mark.parametrize("text", ["(x + y) * z", "q = x * y; f = q * q + x", "sum(maximum(x * b, z) * b)"])
def test_each_line_belongs_to_the_step_that_writes_its_number(text):
    names = {"x": [1.0, 2.0], "b": 3.0} if "b" in text else {"x": 2.0}
    inputs = {name: names.get(name, 1.5) for name in "xybz" if name in text.replace("sum", "").replace("maximum", "")}
    trace = record(text, inputs)
    places = {name: node for node, name in Program(trace).value.items()}
    for line in trace.flat_code().lines:
        if line.phase == "input":
            assert line.step == 0
            continue
        step = trace.steps[line.step - 1]
        target = line.text.split()[0]
        assert step.phase == line.phase
        if line.phase == "forward":
            assert (step.kind, step.node) == ("value", places[target])
        else:
            sources = {edge.source for edge in trace.edges if edge.gradient_at == step.index}
            sources |= {edge.source for edge in trace.edges if edge.target in sources}
            sources |= {edge.source for edge in trace.edges if edge.target in sources}
            assert places[target.split("_")[0][1:]] in sources


def test_each_step_of_the_backward_pass_marks_lines():
    trace = record("q = x * y; f = q * q + b * x", x=[1, 2], y=[3, 4], b=2, upstream=[1, 1])
    code = trace.flat_code()
    marked = {step.index: [code.lines[place].text for place in code.at(step.index)] for step in trace.steps}
    assert all(marked.values())
    for step in trace.steps:
        if step.kind == "contribution":
            assert len(marked[step.index]) == 1
        if step.kind == "sum" and len(step.marks) > 2:
            assert [text.split()[1] for text in marked[step.index]] == ["=", "+="]


def test_the_lines_of_a_collapsed_gate_share_its_step():
    whole = record("1 / (1 + exp(-(w * x))) * w", w=1, x=2)
    trace = whole.collapse("sigmoid")
    code = trace.flat_code()
    assert str(code) == str(whole.flat_code())
    gate = next(node.id for node in trace.nodes if node.op == "sigmoid")
    kinds = {
        (trace.steps[line.step - 1].kind, line.phase) for line in code.lines if line.step and shows(trace, line, gate)
    }
    assert kinds == {("value", "forward"), ("downstream", "backward")}
    assert sum(shows(trace, line, gate) for line in code.lines if line.phase == "forward") == 4
    assert all(code.at(step.index) for step in trace.steps)
    with pytest.raises(ValueError, match="holds no graph"):
        Trace.from_json(trace.to_json()).flat_code()


def shows(trace, line, node):
    return line.step > 0 and trace.steps[line.step - 1].node == node


def test_a_trace_read_from_json_gives_the_same_code():
    trace = record("softmax_cross_entropy(W @ x, 1) + sum(x[1:])", W=[[1, 2], [3, 4]], x=[0.5, 2])
    again = Trace.from_json(trace.to_json())
    assert again == trace
    assert again.nodes[-1].backward_code == trace.nodes[-1].backward_code
    assert again.flat_code() == trace.flat_code()

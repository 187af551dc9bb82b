"""Worked examples with printed numbers, from lectures and textbooks: one table, run as students would type them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from backprop_widgets import record

FILE = Path(__file__).parents[1] / "data" / "published_examples.json"
EXAMPLES = {example["id"]: example for example in json.loads(FILE.read_text(encoding="utf-8"))}
NOT_YET: set[str] = set()  # ids of examples whose ops do not exist yet
READY = {key: example for key, example in EXAMPLES.items() if key not in NOT_YET}
each_example = pytest.mark.parametrize("example", READY.values(), ids=READY)


def run(example):
    return record("\n".join(example["program"]), example["inputs"], upstream=example.get("upstream"))


def is_recordable(example):
    try:
        run(example)
    except ValueError:
        return False
    return True


def answers(example):
    """All values and gradients of the example by name, as `forward.q` and `gradients.q`.

    A statement that the output does not use is not in its graph: its value is found as the output of the program up to
    there, and its gradient is 0.
    """
    trace = run(example)
    names = [node.name for node in trace.nodes if node.kind in {"input", "gate"}]
    found = {f"forward.{name}": trace.value(name) for name in names}
    found |= {f"gradients.{name}": trace.gradient(name) for name in names}
    for number, statement in enumerate(example["program"], 1):
        name = statement.partition("=")[0].strip()
        if name not in names:
            program = example["program"][:number]
            needed = {key: value for key, value in example["inputs"].items() if any(key in line for line in program)}
            value = record("\n".join(program), needed).value(name)
            found |= {f"forward.{name}": value, f"gradients.{name}": np.zeros(value.shape)}
    return found


def printed_decimals(example, key):
    return example.get("decimals_by_key", {}).get(key, example["decimals"])


def matches(value, printed, decimals):
    """Whether each number rounds to what is printed; None was not printed, or printed wrong."""
    printed = np.array(printed, dtype=float)
    off = np.abs(value - printed) > 0.5 * 10.0 ** -np.array(decimals)
    return value.shape == printed.shape and not (off & ~np.isnan(printed)).any()


@each_example
def test_our_numbers_round_to_the_printed_ones(example):
    ours = answers(example)
    printed = {f"{part}.{name}": x for part in ("forward", "gradients") for name, x in example[part].items()}
    wrong = {key: ours[key] for key, x in printed.items() if not matches(ours[key], x, printed_decimals(example, key))}
    assert wrong == {}


@each_example
def test_our_numbers_agree_with_computed_ones_at_every_node(example):
    ours = answers(example)
    for part in ("forward", "gradients"):
        for name, computed in example[f"computed_{part}"].items():
            np.testing.assert_allclose(ours[f"{part}.{name}"], computed, rtol=1e-9, atol=1e-9, err_msg=f"{part}.{name}")


def test_exactly_those_wait_that_cannot_be_recorded():
    assert {key for key, example in EXAMPLES.items() if not is_recordable(example)} == NOT_YET


def digits(printed):
    """How many decimals a number is written with."""
    return len(str(printed).partition(".")[2])


ERRATA = [
    pytest.param(key, erratum, id=f"{key}-{erratum['key']}-{number}")
    for key, example in EXAMPLES.items()
    for number, erratum in enumerate(example.get("errata", []))
    if key not in NOT_YET and erratum["key"].startswith(("forward.", "gradients."))
]


@pytest.mark.parametrize(("key", "erratum"), ERRATA)
def test_where_a_source_prints_a_wrong_number_ours_differs(key, erratum):
    name, _, entry = erratum["key"].partition("[")  # "forward.p[0]" is one entry
    ours = answers(EXAMPLES[key])[name]
    ours = ours[int(entry.rstrip("]"))] if entry else ours
    assert not matches(ours, erratum["printed"], max(digits(erratum["printed"]), EXAMPLES[key]["decimals"]))
    assert matches(ours, erratum["correct"], digits(erratum["correct"]))


def test_the_sigmoid_neuron_has_039_where_slides_multiply_rounded_numbers_to_040():
    assert f"{answers(EXAMPLES['cs231n_sigmoid_neuron'])['gradients.x0']:.2f}" == "0.39"


def test_the_slope_of_sigmoid_at_3_is_00452_where_a_rounded_095_gives_00475():
    assert f"{answers(EXAMPLES['hacker_sigmoid3'])['gradients.x']:.4f}" == "0.0452"


def test_sigmoid_of_minus_5_rounds_to_0007_where_the_guide_truncates():
    assert f"{record('sigmoid(x)', x=-5).value('f'):.3f}" == "0.007"


def test_the_matrix_product_on_the_slides_is_not_the_product_of_its_factors():
    np.testing.assert_array_equal(answers(EXAMPLES["cs231n_matmul"])["forward.y"], [[-1, -1, 2, 6], [5, 2, 11, 7]])


def test_a_step_up_the_gradient_gives_the_published_outputs():
    for key in ("hacker_mul", "hacker_addmul_step", "zth_L"):
        example = EXAMPLES[key]
        trace, update = run(example), example["update"]
        moved = {name: x + update["step"] * trace.gradient(name) for name, x in example["inputs"].items()}
        after = answers({**example, "inputs": moved})
        for name, printed in update["after"].items():
            np.testing.assert_allclose(after[f"forward.{name}"], printed, atol=0.5 * 10.0 ** -update["decimals"])


def test_one_gate_and_its_nine_parts_have_the_same_gradients():
    parts, whole = (answers(EXAMPLES[key]) for key in ("cs231n_sigmoid_neuron", "cs231n_sigmoid_gate"))
    for name in EXAMPLES["cs231n_sigmoid_gate"]["inputs"]:
        np.testing.assert_allclose(parts[f"gradients.{name}"], whole[f"gradients.{name}"], rtol=1e-14)


def test_a_number_beside_the_printed_one_is_caught():
    assert matches(np.array(0.393224), 0.39, 2)
    assert not matches(np.array(0.393224), 0.40, 2)
    assert not matches(np.array([1.0, 2.0]), [1, 3], 0)
    assert not matches(np.array([1.0, 2.0]), 1, 0)
    assert matches(np.array([9.0, 0.14]), [None, 0.1], [0, 1])

"""The notebooks are one course in two languages; what they store shows anywhere and tells of no machine."""

from __future__ import annotations

import ast
import base64
import copy
import json
import re
from pathlib import Path

import pytest
from matplotlib import pyplot as plt

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
LECTURES = [path for path in NOTEBOOKS if not path.stem.endswith("_exercises")]
LARGEST = 3_000_000  # bytes, all notebooks together
COMPARED = "nbval-check-output"  # the tag of a cell whose stored output every run must give again
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
MACHINE = re.compile(r"(?<![\w.:])/(?:home|root|tmp|usr|var|Users|private|mnt|opt|work)/|\b[A-Z]:\\\\|file://")
RIGHT = {  # to what each lecture asks with dots
    "01": [{"q": 2, "f": 10}, {"q": 5, "z": 2, "x": 5, "y": 5}, {"p": 1, "c": 1, "a": -2, "b": 3}],
    "02": [{"f": -2, "v": -8, "u": -8, "x": -24}, {"q": 6, "p": 14, "x": 48, "y": 28}],
    "03": [{"p": 1, "m": -2, "a": 5, "b": 0, "c": -2}],
    "04": [{"t": 0.105, "w": -0.21, "x": -0.157, "b": 0.105}],
    "05": [{"h": 2, "w": 4, "b": 2}],
    "06": [{"s0": 0.25, "s1": 0.25, "s2": -0.75, "s3": 0.25}, {"L": 3.5}, {"cat": -2, "dog": 1, "frog": 1}],
    "07": [
        {"J00": 1, "J01": 0, "J11": 0},
        {"all": 4096 * 4096, "diagonal": 4096},
        {"dX01": 16, "dW12": 13},
        {"b0": 2, "b1": 3},
        {"reverse": 18, "forward": 32},
    ],
    "08": [
        {"dr": 16, "dp": 16, "da": 64, "db": 32},
        {"at_0": 0.5},
        {"dx": 1, "dy": 0},
        {"numerical": 0.5, "analytic": 0},
    ],
    "09": [{"gradient": -6, "w": 0.6}],
}
VERDICTS = {
    "en": ("right!", "not yet, look at it once more", "still to fill in"),
    "ko": ("정답입니다!", "아직 정답이 아닙니다. 다시 생각해 보세요.", "아직 비어 있습니다."),
}


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell):
    return "".join(cell["source"])


def outputs(notebook):
    """Give each cell with each of its outputs."""
    return [(cell, output) for cell in notebook["cells"] for output in cell.get("outputs", [])]


def differences(english, korean):
    """Name each cell that differs in more than its language."""
    kinds = [[cell["cell_type"] for cell in notebook["cells"]] for notebook in (english, korean)]
    if kinds[0] != kinds[1]:
        yield "the kinds of the cells differ"
    for ours, theirs in zip(english["cells"], korean["cells"], strict=False):
        expected = source(ours).replace('locale = "en"', 'locale = "ko"')
        if ours["cell_type"] == "code" and (source(theirs) != expected or ours["metadata"] != theirs["metadata"]):
            yield ours["id"]
        elif ours["cell_type"] == "markdown" and not re.search("[가-힣]", source(theirs)):
            yield f"{ours['id']} is not in Korean"


def blemishes(notebook):
    """Name everything stored that differs between two runs or machines, or that shows nowhere without a kernel."""
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["id"] != f"c{number:02d}":
            yield f"cell {number} has the id {cell['id']}"
        if cell["cell_type"] == "code" and cell["execution_count"] is None:
            yield f"{cell['id']} was not run"
        if "execution" in cell["metadata"]:
            yield f"{cell['id']} holds the time it was run"
    if (
        set(notebook["metadata"]) != {"kernelspec", "language_info"}
        or "version" in notebook["metadata"]["language_info"]
    ):
        yield "the metadata holds more than kernel and language"
    yield from blemishes_of_outputs(notebook)
    text = json.dumps(notebook, ensure_ascii=False)
    drawn = [base64.b64decode(picture).decode() for picture in PICTURE.findall(text)]
    for place in MACHINE.findall("\n".join([PICTURE.sub("", text), *drawn])):
        yield f"a path of a machine: {place}"


def blemishes_of_outputs(notebook):
    for cell, output in outputs(notebook):
        stored = output.get("data", {})
        page = "".join(stored.get("text/html", ""))
        if output["output_type"] == "error":
            yield f"{cell['id']} failed"
        if any("widget" in kind for kind in stored) or "<script" in page:
            yield f"{cell['id']} holds a widget"
        if "Stepper(" in "".join(stored.get("text/plain", "")) and not PICTURE.search(page):
            yield f"{cell['id']} has no picture"
        if cell["metadata"].get("jupyter", {}).get("outputs_hidden") and page.startswith("<"):
            yield f"{cell['id']} shows its markup while it is folded"


def code_cells(notebook):
    """The sources of the code cells: those up to the last that judges answers, and those after it."""
    code = [source(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    end = max(number for number, text in enumerate(code, 1) if "check(" in text)
    return code[:end], code[end:]


def answers_read_later(asking, later):
    """Name the answers that are read in a cell after the last that judges them."""
    asked = set(re.findall(r"^(\w+) = dict\(\w+=\.\.\.", "\n".join(asking), re.MULTILINE))
    assert asked
    names = [node for text in later for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    return asked & {name.id for name in names if isinstance(name.ctx, ast.Load)}


def run_with(cells, answers):
    """Run code cells with these answers in the place of the dots, and return what was printed."""
    waiting = list(answers)
    printed: list[str] = []

    def answered(match):
        given = waiting.pop(0)
        asked = re.findall(r"(\w+)=\.\.\.", match[0])
        return f"dict({', '.join(f'{name}={given[name]!r}' for name in asked)})"

    space = {"print": lambda *words: printed.append(" ".join(map(str, words)))}
    for text in cells:
        exec(re.sub(r"dict\((?:\w+=\.\.\.(?:, )?)+\)", answered, text), space)  # noqa: S102  (our own cells)
    assert waiting == []
    return printed


def ids(path):
    return f"{path.parent.name}/{path.stem}"


def test_both_languages_have_the_same_notebooks():
    names = [[path.name for path in NOTEBOOKS if path.parent.name == language] for language in ("en", "ko")]
    assert names[0] == names[1] != []


@pytest.mark.parametrize("english", [path for path in NOTEBOOKS if path.parent.name == "en"], ids=ids)
def test_both_languages_have_the_same_code(english):
    assert list(differences(read(english), read(ROOT / "notebooks/ko" / english.name))) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=ids)
def test_what_is_stored_shows_without_a_kernel_and_tells_of_no_machine(path):
    assert list(blemishes(read(path))) == []


@pytest.mark.parametrize("path", LECTURES, ids=ids)
def test_a_lecture_has_cells_whose_output_is_compared_and_shows_no_mark_of_the_tests(path):
    code = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    assert any(COMPARED in cell["metadata"].get("tags", []) for cell in code)
    assert not any("NBVAL" in source(cell) for cell in code)


def test_the_notebooks_together_stay_small():
    assert sum(path.stat().st_size for path in NOTEBOOKS) < LARGEST


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    plt.close("all")


KINDS = {"en": ("right", "wrong", "unreadable", "empty"), "ko": ("wrong",)}  # the code is the same, the words are not
ANSWERED = [(path, kind) for path in LECTURES for kind in KINDS[path.parent.name]]


@pytest.mark.parametrize(("path", "kind"), ANSWERED, ids=[f"{ids(path)}-{kind}" for path, kind in ANSWERED])
def test_answers_are_judged_and_never_raise(path, kind):
    right, wrong, empty = VERDICTS[path.parent.name]
    change = {"right": lambda x: x, "wrong": lambda x: x + 1, "unreadable": str, "empty": lambda _: ...}[kind]
    answers = [{name: change(x) for name, x in asked.items()} for asked in RIGHT[path.name[:2]]]
    asking, later = code_cells(read(path))
    cells = [*asking, *later] if kind == "right" else asking  # no answer is read after it has been judged
    said = [line.split(": ")[1] for line in run_with(cells, answers) if ": " in line]
    expected = {"right": right, "wrong": wrong, "unreadable": wrong, "empty": empty}[kind]
    assert said == [expected] * sum(len(asked) for asked in answers)


@pytest.mark.parametrize("path", LECTURES, ids=ids)
def test_no_answer_is_read_after_it_has_been_judged(path):
    asking, later = code_cells(read(path))
    assert answers_read_later(asking, later) == set()


def test_an_answer_that_is_read_later_is_found():
    asking = ["values = dict(q=..., f=...)\nslope = dict(at_0=...)", "check('{}', values, trace.value)"]
    assert answers_read_later(asking, ["values = 2", "print(values['q'])"]) == {"values"}


@pytest.fixture
def notebook():
    return copy.deepcopy(read(NOTEBOOKS[0]))


def code_cell(notebook, **wanted):
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return next(cell for cell in cells if wanted.items() <= cell["metadata"].items())


def test_a_difference_between_the_languages_is_found(notebook):
    korean = read(ROOT / "notebooks/ko" / NOTEBOOKS[0].name)
    code_cell(korean)["source"] = ["step_through('x')"]
    assert list(differences(notebook, korean)) == ["c02"]
    untranslated = list(differences(notebook, notebook))
    assert "c01 is not in Korean" in untranslated
    assert "c02" in untranslated
    korean["cells"].pop(0)
    assert next(differences(notebook, korean)) == "the kinds of the cells differ"


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda cell: cell.update(id="9f3a"), "cell 2 has the id 9f3a"),
        (lambda cell: cell.update(execution_count=None), "c02 was not run"),
        (lambda cell: cell["metadata"].update(execution={}), "c02 holds the time it was run"),
        (lambda cell: cell["outputs"][0].update(output_type="error"), "c02 failed"),
        (lambda cell: cell["outputs"][0]["data"].update({WIDGET_VIEW: {}}), "c02 holds a widget"),
        (lambda cell: cell["outputs"][0]["data"].update({"text/html": ["<script>"]}), "c02 holds a widget"),
        (lambda cell: cell["outputs"][0]["data"].pop("text/html"), "c02 has no picture"),
        (lambda cell: cell["source"].append("open('/home/kim/x')"), "a path of a machine: /home/"),
        (lambda cell: cell["source"].append(r"open('C:\\x')"), "a path of a machine: C:\\\\"),
    ],
)
def test_each_blemish_is_found(notebook, spoil, found):
    spoil(code_cell(notebook))
    assert found in list(blemishes(notebook))


def test_a_path_inside_a_picture_and_markup_in_a_folded_output_are_found(notebook):
    folded = code_cell(notebook, jupyter={"outputs_hidden": True})
    picture = base64.b64encode(b"<svg><!-- /tmp/x --></svg>").decode()
    folded["outputs"][0]["data"]["text/html"] = [f'<img src="data:image/svg+xml;base64,{picture}">']
    found = list(blemishes(notebook))
    assert found == [f"{folded['id']} shows its markup while it is folded", "a path of a machine: /tmp/"]


def test_the_state_of_the_kernel_in_the_metadata_is_found(notebook):
    notebook["metadata"]["widgets"] = {}
    assert list(blemishes(notebook)) == ["the metadata holds more than kernel and language"]

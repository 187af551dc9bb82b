"""The code in the README runs, and says what the README says; what it and the course link to is there."""

from __future__ import annotations

import doctest
import json
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from backprop_widgets import gradcheck
from backprop_widgets.autograd import function
from backprop_widgets.exercises import session
from backprop_widgets.exercises.kinds import passes
from backprop_widgets.locale import catalogue
from backprop_widgets.ops import elementary

README = Path(__file__).parents[1] / "README.md"
ROOT = README.parent
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
COURSE = ROOT / "notebooks/README.md"
PAGES = [README, CONTRIBUTING, COURSE, *sorted(ROOT.glob("docs/*.md"))]
NOTEBOOKS = sorted(ROOT.glob("notebooks/??/*.ipynb"))
BINDER = re.compile(r"https://mybinder\.org/v2/gh/([\w.-]+/[\w.-]+)/HEAD\?labpath=([\w.%-]+)")
LARGEST = 400_000  # bytes of a picture: the README opens quickly on a telephone too

in_the_repository = pytest.mark.skipif(
    not (ROOT / "backprop_widgets").is_dir(),
    reason="the tests run against the wheel, away from the repository",
)


def python_blocks(text):
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(text):
    """Run the blocks of Python in a text, one after the other; return how many failed and the report."""
    space: dict[str, object] = {}
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    blocks = python_blocks(text)
    for number, block in enumerate(blocks, 1):
        if block.startswith(">>>"):
            test = doctest.DocTestParser().get_doctest(block, space, f"block {number}", None, 0)
            runner.run(test, out=report.append, clear_globs=False)
            space.update(test.globs)
        else:
            exec(block, space)  # noqa: S102  (our own text)
    return len(blocks), "".join(report)


def repository():
    """The owner and the name of the repository, as pyproject.toml has them."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    return urls["Repository"].removeprefix("https://github.com/")


def strays(text, place):
    """Name each link of a text in this folder that leads nowhere, or to another repository."""
    for owner, notebook in BINDER.findall(text):
        if owner != repository():
            yield f"Binder opens {owner}, pyproject.toml says {repository()}"
        if not (ROOT / unquote(notebook)).is_file():
            yield f"Binder is to open {unquote(notebook)}"
    for link in re.findall(r'(?:\]\(|src="|srcset=")([^)"#:]+)[)"#]', text):
        if not (place / link).exists():
            yield link


def row(notebook):
    """What the course at a glance says of a notebook: its title, or how many questions it asks."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    language = notebook.parent.name
    if notebook.stem.endswith("_exercises"):
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        text = f"{len(re.findall(r'^q[0-9]+ = ex', code, re.MULTILINE))}{' questions' if language == 'en' else '문제'}"
    else:
        text = re.match(r"# \d+ · (.*)", cells[0]["source"][0])[1]
    return f"[{text}]({language}/{notebook.name}) [!["


def test_the_code_in_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "_now", [])  # as in a new notebook
    blocks, report = run(README.read_text(encoding="utf-8"))
    assert report == ""
    assert blocks > 3
    assert (tmp_path / "f.html").exists()


@in_the_repository
def test_the_examples_for_contributors_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(function, "table", dict(function.table))  # of ops: this one leaves again
    monkeypatch.setattr(session, "_now", [])
    texts = {f"kind.count_wires.{name}": name for name in ("title", "text", "label")}
    monkeypatch.setattr(catalogue("en"), "texts", catalogue("en").texts | texts)
    space = {**vars(elementary), **vars(passes)}  # as in the file of its family
    exec("\n".join(python_blocks(CONTRIBUTING.read_text(encoding="utf-8"))), space)  # noqa: S102  (our own text)
    assert gradcheck(space["Cube"], 2.0)
    question = space["count_wires"]("(x + y) * z", x=1, y=2, z=3)
    assert question.check(wires=5)
    assert not question.check(wires=4)


@in_the_repository
def test_files_that_the_readme_names_exist():
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r'(?:\]\(|src="|srcset="|`)([\w./]+/[\w./]*|[\w.]+\.(?:py|md))[)"`]', text))
    assert "docs/stepper_light.webp" in named
    assert "start.py" not in named or (ROOT / "start.py").exists()
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@in_the_repository
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    assert list(strays(page.read_text(encoding="utf-8"), page.parent)) == []


@in_the_repository
def test_the_course_lists_every_notebook_by_its_title_and_opens_it_on_binder():
    text = COURSE.read_text(encoding="utf-8")
    opened = sorted(unquote(notebook) for _, notebook in BINDER.findall(text))
    assert opened == [path.relative_to(ROOT).as_posix() for path in NOTEBOOKS]
    assert [row(notebook) for notebook in NOTEBOOKS if row(notebook) not in text] == []
    questions = sum(int(count) for count in re.findall(r"\[(\d+) questions\]", text))
    assert f"{questions} questions, in English" in text
    assert f"문제 {questions}개" in text


@in_the_repository
def test_the_pictures_open_quickly_and_those_that_move_move():
    pictures = sorted(ROOT.glob("docs/*.webp"))
    assert [path.name for path in pictures if path.stat().st_size > LARGEST] == []
    assert {path.name: b"ANIM" in path.read_bytes()[:64] for path in pictures} == {
        "stepper_dark.webp": True,
        "stepper_light.webp": True,
        "still_dark.webp": False,
        "still_light.webp": False,
    }


@in_the_repository
def test_what_binder_opens_elsewhere_and_a_dead_link_are_found():
    text = "https://mybinder.org/v2/gh/some/one/HEAD?labpath=notebooks%2Fnone.ipynb [here](docs/none.md)"
    assert list(strays(text, ROOT)) == [
        f"Binder opens some/one, pyproject.toml says {repository()}",
        "Binder is to open notebooks/none.ipynb",
        "docs/none.md",
    ]


def test_a_wrong_line_in_the_readme_is_found():
    _, report = run("```python\nx = 1\n```\n\n```python\n>>> x + 1\n3\n\n```\n")
    assert "Expected:\n    3\nGot:\n    2" in report
    with pytest.raises(NameError):
        run("```python\nundefined\n```\n")

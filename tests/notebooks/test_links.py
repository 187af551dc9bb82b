"""A lecture ends where its exercises and the next lecture can be opened, and each link in a notebook leads to a file.

The links of the pages (README, docs, the course at a glance) are followed in tests/test_readme.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*/*.ipynb"))
LECTURES = [path for path in NOTEBOOKS if not path.stem.endswith("_exercises")]
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"|^\[[^\]]+\]: *(\S+)", re.MULTILINE)
ELSEWHERE = ("https://", "http://", "mailto:", "attachment:", "data:", "#")


def ids(path):
    return f"{path.parent.name}/{path.stem}"


def texts(path):
    """The text of each Markdown cell of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def links(text):
    """Where a text leads on this machine, without the place inside that file."""
    found = ("".join(groups) for groups in LINK.findall(text))
    return [link.partition("#")[0] for link in found if not link.startswith(ELSEWHERE)]


def dead(text, folder):
    """The links of a text in this folder that lead to no file."""
    return [link for link in links(text) if not (folder / link).is_file()]


def expected_at_the_end(lecture):
    """The notebooks that the last text of a lecture has to name: its exercises, and the lecture after it."""
    later = [path.name for path in LECTURES if path.parent == lecture.parent and path.name > lecture.name]
    return [f"{lecture.stem}_exercises.ipynb", *later[:1]]


def missing_at_the_end(texts, lecture):
    return [link for link in expected_at_the_end(lecture) if link not in links(texts[-1])]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=ids)
def test_every_link_of_a_notebook_leads_to_a_file(path):
    assert dead("\n\n".join(texts(path)), path.parent) == []


@pytest.mark.parametrize("lecture", LECTURES, ids=ids)
def test_a_lecture_ends_with_its_exercises_and_the_next_lecture(lecture):
    assert missing_at_the_end(texts(lecture), lecture) == []


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path not in LECTURES], ids=ids)
def test_exercises_begin_with_their_lecture(path):
    assert path.name.replace("_exercises", "") in links(texts(path)[0])


@pytest.mark.parametrize(
    "text", ["[2](02_none.ipynb)", "![](no.webp#at)", '<img src="no.webp">', "see [it]\n\n[it]: no.md", "[up](..)"]
)
def test_a_broken_link_is_found(text):
    assert len(dead(text, FOLDER)) == 1


def test_links_to_elsewhere_and_into_a_page_are_left_alone():
    text = "[a](https://mybinder.org) [b](#top) ![c](attachment:c.png) [d](README.md#english) $f[i](x)$"
    assert links(text) == ["README.md", "x"]  # of a formula nobody asks whether it is a link
    assert dead(text, FOLDER) == ["x"]


def test_a_lecture_that_leads_nowhere_is_found():
    first, last = LECTURES[0], LECTURES[-1]
    assert missing_at_the_end([*texts(first), "The end."], first) == expected_at_the_end(first)
    assert expected_at_the_end(first)[1].startswith("02_")
    assert expected_at_the_end(last) == [f"{last.stem}_exercises.ipynb"]

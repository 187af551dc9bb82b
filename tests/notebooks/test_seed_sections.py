"""Each part of the two lecture notes from which the course started has its place in the lectures."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parents[1] / "notebooks"
PARTS = tomllib.loads((HERE / "seed_sections.toml").read_text(encoding="utf-8"))["part"]
HEADINGS = {
    "000": ["1", "1.1", "1.2", "2", "3.1", "3.2", "4", "4.1", "4.2", "4.3", "5.1", "5.2", "6.1", "6.2", "7"],
    "004": ["1", "2.1", "2.2", "3"],
}


def lecture(language, number):
    """Give the cells of a lecture by their ids."""
    paths = [path for path in (NOTEBOOKS / language).glob(f"{number}_*.ipynb") if "exercises" not in path.stem]
    if len(paths) != 1:
        return {}
    cells = json.loads(paths[0].read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


def missing(parts):
    """Name each cell that is not there, or does not hold what it should, and each heading without a cell."""
    for part in parts:
        for place, text in part["cells"].items():
            number, _, key = place.partition(" ")
            for language in ("en", "ko"):
                cells = lecture(language, number)
                if key not in cells:
                    yield f"{part['note']} {part['place']}: {language} has no cell {place}"
                elif text not in cells[key]:
                    yield f"{part['note']} {part['place']}: {text} is not in {language} {place}"
    for note, headings in HEADINGS.items():
        told = {re.match(r"[\d.]+", part["place"])[0] for part in parts if part["note"] == note and part["cells"]}
        yield from (f"{note} has nothing for {heading}" for heading in headings if heading not in told)


def test_each_part_of_both_notes_has_its_cells_in_both_languages():
    assert list(missing(PARTS)) == []


@pytest.fixture
def parts():
    return copy.deepcopy(PARTS)


def test_a_wrong_cell_is_found(parts):
    parts[0]["cells"] = {"01 c99": "", "10 c01": ""}
    assert list(missing(parts)) == [
        "000 1: en has no cell 01 c99",
        "000 1: ko has no cell 01 c99",
        "000 1: en has no cell 10 c01",
        "000 1: ko has no cell 10 c01",
    ]


def test_a_cell_that_has_moved_is_found(parts):
    parts[0]["cells"] = {"01 c01": "np.array"}
    assert list(missing(parts)) == ["000 1: np.array is not in en 01 c01", "000 1: np.array is not in ko 01 c01"]


def test_a_heading_without_a_cell_is_found(parts):
    assert list(missing([part for part in parts if part["place"] != "7"])) == ["000 has nothing for 7"]

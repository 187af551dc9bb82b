"""The Korean texts read as a Korean lecturer writes: particles, one register, one word for each term."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from backprop_widgets.locale import catalogue

ROOT = Path(__file__).parents[2]
PAGES = (*sorted(ROOT.glob("docs/*.ko.md")), *sorted(ROOT.glob("notebooks/ko/*.ipynb")))
TEXTS = {key: text for key, text in catalogue("ko").texts.items() if not key.startswith("spelled.")}
FORMULAS = {"step.value", "step.value_short", "kind.check_op.hint1", "ui.form_class"}  # the same in every language
SOUND = "은|는|이|가|을|를|과|와|나|이나|로|으로|라는|이라는|라고|이라고"  # x는, but w0은
FLAWS = {
    "a particle that depends on a name": rf"\}}[\u2019\u201d]?(?:{SOUND})(?![가-힣])|\([은이을과으]\)",
    "a particle apart from its word": rf"[)`$]\*\* (?:(?:{SOUND})\b|입니다|이고|되었)|[A-Za-z`] (?:{SOUND}|입니다)[ .]",
    "bold that goes on to the next letter": r"[)`$.]\*\*[가-힣]",  # CommonMark does not end it there
    "another register": r"니까\?|(?<![니시])다\.",
    "another word": "그[라래]디언트|체인 ?룰|연쇄 법칙|중앙 차분|Python|아직 아닙니다",
}


def flaws(text):
    """What in a text no Korean lecturer would write."""
    return [what for what, pattern in FLAWS.items() if re.search(pattern, text)]


def prose(path):
    """What a page says, without its code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL).splitlines()


def test_every_text_is_korean():
    english = catalogue("en").texts
    assert {key for key, text in TEXTS.items() if text == english[key]} == FORMULAS


def test_every_text_reads_well():
    assert {key: text for key, text in TEXTS.items() if flaws(text)} == {}


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_every_page_reads_well(path):
    assert [(line, flaws(line)) for line in prose(path) if flaws(line)] == []


def test_every_flaw_is_found():
    bad = "{name}을 찾으세요.", "**손실(loss)** 이라고 합니다.", "**`+=`**를 씁니다.", "얼마입니까?", "연쇄 법칙"
    assert [flaws(text) for text in bad] == [[what] for what in FLAWS]


def test_what_is_right_has_no_flaw():
    for text in (
        "{name} 값은 {count}개입니다.",
        "**손실**(loss)이라고 합니다.",
        "**그다음은 `+=`입니다.** 왜 그럴까요?",
    ):
        assert flaws(text) == []

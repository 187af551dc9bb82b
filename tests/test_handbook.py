"""The handbook for lecturers: its code runs, is the same in both languages, and names every kind of question."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backprop_widgets import exercises
from backprop_widgets.exercises import session

DOCS = Path(__file__).parents[1] / "docs"
LANGUAGES = {"en": DOCS / "handbook.md", "ko": DOCS / "handbook.ko.md"}
NO_KINDS = {"Question", "Report", "audit", "export", "load", "question", "save", "start", "summary"}
TEXT = re.compile(r'"(?:[^"\n]*[가-힣?][^"\n]*)"')
COMMENT = re.compile(r"\s*#.*")

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the tests run against the wheel, away from the repository")


def blocks(text):
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def plain(block):
    """The code of a block, without its comments and the words for students."""
    return COMMENT.sub("", TEXT.sub('"..."', block)).replace('locale="ko"', 'locale="en"')


def run(text):
    """Run the blocks of a text, one after the other, as the cells of one notebook."""
    space: dict[str, object] = {}
    for block in blocks(text):
        exec(block, space)  # noqa: S102  (our own text)


def missing_kinds(text):
    """The kinds of question that the text does not name."""
    return sorted(name for name in {*exercises.__all__} - NO_KINDS if f"`{name}`" not in text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_block_of_the_handbook_runs(language, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "_now", [])  # as in a new notebook
    run(LANGUAGES[language].read_text(encoding="utf-8"))
    assert {path.name for path in tmp_path.iterdir()} >= {"fork.html", "s123.csv", "backprop_answers.json"}
    assert "s123,q6," in capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_handbook_names_every_kind_of_question(language):
    assert missing_kinds(LANGUAGES[language].read_text(encoding="utf-8")) == []


def test_both_handbooks_have_the_same_code_and_the_same_sections():
    english, korean = (path.read_text(encoding="utf-8") for path in LANGUAGES.values())
    assert [plain(block) for block in blocks(english)] == [plain(block) for block in blocks(korean)]
    sections = [re.findall(r"^## (\d+)\. ", text, re.MULTILINE) for text in (english, korean)]
    assert sections[0] == sections[1] != []
    assert re.search("[가-힣]", korean)


def test_a_block_that_fails_and_a_kind_left_out_are_found():
    with pytest.raises(NameError):
        run("```python\nundefined\n```\n")
    assert "find_bug" in missing_kinds("`forks`")
    assert plain('f("다음?", x=1)  # a') == plain('f("and now?", x=1)  # b') != plain('f("and now?", x=2)')

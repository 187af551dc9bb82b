"""All questions together: how far a student is, and answers that are taken elsewhere and back."""

from __future__ import annotations

import csv
import io

from backprop_widgets import exercises as ex
from backprop_widgets.exercises.session import session


def two():
    return ex.fill_gradients("x * y", x=3, y=5, id="q1"), ex.fill_values("x * y", x=3, y=5, id="q2")


def test_the_summary_counts_what_is_right_the_tries_the_hints_and_the_slips():
    ex.start("hw", student="ada")
    one, other = two()
    one.check(x=3)
    one.hint()
    one.check(x="three")
    one.check(x=5)
    one.solution()
    row, rest = ex.summary().rows
    assert (row.question, row.variant, row.score, row.tries, row.hints) == ("q1", "given", 0.5, 2, 1)
    assert row.slips
    assert (rest.score, rest.tries, rest.slips) == (0, 0, ())
    assert repr(ex.summary()).splitlines() == ["q1: 50%, 2", "q2: 0%, 0"]
    assert "<td>50%</td><td>2</td>" in ex.summary()._repr_html_()
    assert other.value == {}


def test_the_summary_as_csv_can_be_read_by_others(tmp_path):
    ex.start("hw", student='a, "b"')
    two()[0].check(x=5, y=3)
    path = ex.export(tmp_path / "grades.csv")
    head, first, _ = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    assert head == ["student", "question", "variant", "score", "tries", "hints", "slips"]
    assert first == ['a, "b"', "q1", "given", "1", "1", "0", ""]


def test_a_saved_line_brings_the_answers_back_where_there_is_no_file(tmp_path):
    two()[0].check(x="5*1")
    line = ex.save()
    assert "load" in line.then
    (tmp_path / "backprop_answers.json").unlink()
    ex.start()
    one, _ = two()
    assert one.value == {}
    assert ex.load(line.text).text.startswith("Answers to 1 question")
    assert one.value == {"x": "5*1"}
    assert one.x.check()


def test_what_is_here_already_is_not_lost_by_loading():
    one, other = two()
    one.check(x=5)
    line = ex.save().text
    other.check(f=15)
    ex.load(line)
    assert other.value == {"f": "15"}
    assert session().sidecar.answers("q2", "given") == {"f": "15"}


def test_a_line_that_cannot_be_read_is_told_and_changes_nothing():
    one, _ = two()
    one.check(x=5)
    for line in ("", "nonsense", ex.save().text[:-5], None, 3):
        assert ex.load(line).text
    assert one.value == {"x": 5}


def test_without_questions_there_is_nothing_to_say():
    assert repr(ex.summary()) == "–"

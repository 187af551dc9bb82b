"""Where questions belong: the course, the assignment, the student, the language, and the file of the answers."""

from __future__ import annotations

import pytest

from backprop_widgets import exercises as ex
from backprop_widgets.exercises.session import session


def test_before_it_is_started_it_is_practice_without_a_name():
    assert (session().mode, session().student, session().locale) == ("practice", "anonymous", "en")


def test_a_start_begins_anew_and_earlier_questions_stay_as_they_were(tmp_path):
    question = ex.fill_values("x * y", x=3, y=5, id="q1")
    ex.start("hw", course="ml", student="  ada ", locale="ko", path=tmp_path / "mine.json")
    assert (session().student, session().questions) == ("ada", {})
    ex.fill_values("x * y", x=3, y=5, id="q1").check(f=15)
    assert (tmp_path / "mine.json").exists()
    assert not (tmp_path / "backprop_answers.json").exists()
    assert question.locale == "en"
    assert question.check(f=15)
    assert (tmp_path / "backprop_answers.json").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"mode": "exam"}, "mode must be one of practice, graded"), ({"locale": "fr"}, "locale must be one of en, ko")],
)
def test_what_is_not_there_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        ex.start("hw", **options)

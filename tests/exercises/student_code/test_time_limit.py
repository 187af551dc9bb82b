"""Work that takes too long is stopped, by an alarm or in a thread, and what was going on before goes on after."""

from __future__ import annotations

import contextvars
import signal
import threading
import time

import pytest

from backprop_widgets.exercises.student_code import StudentTimeout, call, run
from backprop_widgets.exercises.student_code.errors import Overtime
from backprop_widgets.exercises.student_code.time_limit import limited

HAS_ALARM = hasattr(signal, "setitimer")
alarm = pytest.mark.skipif(not HAS_ALARM, reason="Windows has no alarm: code in C goes on there")

LOOP = "while True: pass"
SLEEP = "import time\ntime.sleep(100)"
STUBBORN = """
while True:
    try:
        len("a")
    except:
        continue
"""
NESTED = """
def f():
    for i in range(1000):
        i * i

while True:
    try:
        while True:
            try:
                f()
            except:
                pass
    except BaseException:
        pass
"""
THREE_DEEP = """
while True:
    try:
        while True:
            try:
                while True:
                    try:
                        len("a")
                    except:
                        pass
            except:
                pass
    except:
        pass
"""
IN_C = "x = 9**9**9"
PATTERN = "import re\nre.match('(a+)+$', 'a' * 60 + 'b')"


@pytest.fixture(params=["main", "thread"])
def elsewhere(request):
    """Run a function in this thread, or in one that no alarm reaches, as on Windows."""

    def in_thread(function):
        raised = []

        def body():
            try:
                function()
            except BaseException as error:  # noqa: BLE001  (raised again below)
                raised.append(error)

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        if raised:
            raise raised[0]

    return in_thread if request.param == "thread" else lambda function: function()


@pytest.mark.parametrize("code", [LOOP, SLEEP, STUBBORN], ids=["loop", "sleep", "stubborn"])
def test_what_does_not_end_is_stopped(elsewhere, code):
    with pytest.raises(StudentTimeout, match=r"longer than 0\.2 s"):
        elsewhere(lambda: run(code, {}, seconds=0.2))


@alarm
@pytest.mark.parametrize("code", [NESTED, THREE_DEEP, IN_C, PATTERN], ids=["nested", "deep", "power", "pattern"])
def test_an_alarm_also_stops_nested_catching_and_code_in_c_that_looks_for_signals(code):
    with pytest.raises(StudentTimeout):
        run(code, {}, seconds=0.2)


def test_a_timeout_points_at_the_line(elsewhere):
    with pytest.raises(StudentTimeout) as caught:
        elsewhere(lambda: run("x = 1\nwhile True:\n    x += 1", {}, seconds=0.2))
    assert caught.value.line in {2, 3}
    assert caught.value.source in {"while True:", "x += 1"}


def test_work_in_time_gives_its_value(elsewhere):
    elsewhere(lambda: limited(lambda: None, 60))
    assert limited(lambda: 7, 60) == 7


def test_a_timeout_leaves_no_thread_behind():
    def body():
        with pytest.raises(StudentTimeout):
            run(LOOP, {}, seconds=0.1)

    before = set(threading.enumerate())
    outer = threading.Thread(target=body)
    outer.start()
    outer.join()
    assert set(threading.enumerate()) <= before


def test_settings_of_the_context_hold_in_a_thread_too(elsewhere):
    setting = contextvars.ContextVar("setting", default="unset")
    seen = []

    def look():
        setting.set("set")
        seen.append(limited(setting.get, 60))

    elsewhere(look)
    assert seen == ["set"]


@alarm
def test_an_alarm_of_somebody_else_goes_on():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append("theirs"))
    left = signal.setitimer(signal.ITIMER_REAL, 1000)  # pytest-timeout may have set one
    try:
        with pytest.raises(StudentTimeout):
            run(LOOP, {}, seconds=0.1)
        remaining, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < remaining < 1000
        assert rung == []
        signal.raise_signal(signal.SIGALRM)
        assert rung == ["theirs"]
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *left)


@alarm
def test_a_limit_inside_a_limit_stops_the_inner_work_alone():
    def outer():
        with pytest.raises(StudentTimeout):
            run(LOOP, {}, seconds=0.1)
        return "went on"

    assert call(outer, seconds=60) == "went on"


@alarm
def test_an_outer_limit_holds_while_an_inner_one_is_there():
    with pytest.raises(Overtime):
        limited(lambda: limited(lambda: time.sleep(100), 60), 0.2)
    with pytest.raises(StudentTimeout):
        call(lambda: run(SLEEP, {}, seconds=60), seconds=0.2)


@alarm
def test_cleaning_up_after_the_work_is_never_interrupted():
    for _ in range(200):  # the alarm comes at all places of the last lines
        with pytest.raises(StudentTimeout):
            run(LOOP, {}, seconds=0.001)
    assert signal.getsignal(signal.SIGALRM) is not None

"""Stepping in a browser: every way to press, and the numbers that stand on the wires after it."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from backprop_widgets import record

# the wires of (x + y) * z: x and y to the add gate, z and q to the multiply gate, f to the output
X, Y, Z, Q, F = "e0", "e1", "e2", "e3", "e4"


def test_at_the_start_only_the_inputs_are_written(play):
    player = play("main")
    assert player.numbers("value", X, Y, Z, Q, F) == ["−2", "5", "−4", "", ""]
    assert player.numbers("gradient", X, Y, Z, Q, F) == [""] * 5


def test_the_heading_is_what_was_written_as_on_paper(play):
    heading = play("main").root.get_by_role("heading")
    assert heading.text_content().replace("\N{THIN SPACE}", " ") == "f=(x+y) z"
    assert heading.locator("math mi").all_text_contents() == ["f", "x", "y", "z"]
    assert heading.get_attribute("title") == "f = (x + y) * z"
    assert heading.bounding_box()["height"] < 40, "brackets as high as what they hold"
    text = play(record("f = x[0] * 2", x=[1, 2])).root.get_by_role("heading")
    assert text.inner_html() == "f = x[0] * 2", "what is not typeset is text"


def test_the_mouse_steps_through_both_passes(play):
    player = play("main")
    player.next()
    assert player.numbers("value", Q, F) == ["3", ""]
    player.next()
    assert player.numbers("value", Q, F) == ["3", "−12"]
    assert player.numbers("gradient", X, Y, Z, Q, F) == [""] * 5
    player.next()
    assert player.numbers("gradient", F) == ["1"]
    player.next()
    assert player.numbers("gradient", Q, Z) == ["−4", "3"]
    assert player.numbers("gradient", X, Y) == ["", ""]
    player.next()
    assert player.numbers("gradient", X, Y) == ["−4", "−4"]
    assert player.button("next").get_attribute("aria-disabled") == "true"
    player.press("ArrowRight")  # the end stays the end
    assert player.stop() == 5


def test_previous_first_and_last_are_the_way_back(play):
    player = play("main")
    player.button("last").click()
    assert player.numbers("gradient", X, Y, Z, Q, F) == ["−4", "−4", "3", "−4", "1"]
    player.button("previous").click()
    assert player.numbers("gradient", X, Y, Z, Q, F) == ["", "", "3", "−4", "1"]
    player.button("first").click()
    assert player.numbers("value", X, Y, Z, Q, F) == ["−2", "5", "−4", "", ""]


@pytest.mark.parametrize("place", ["stage", "button", "scrubber"])
def test_the_keyboard_steps_from_wherever_it_is(play, place):
    player = play("main")
    {"stage": player.stage, "button": player.button("play"), "scrubber": player.scrubber}[place].focus()
    player.press(*["ArrowRight"] * 4)
    assert player.numbers("gradient", Q, Z, X) == ["−4", "3", ""]
    player.press("ArrowLeft")
    assert player.numbers("gradient", F, Q) == ["1", ""]
    player.press("End")
    assert player.numbers("gradient", X, Y) == ["−4", "−4"]
    player.press("Home")
    assert player.stop() == 0
    assert player.numbers("value", Q) == [""]


def test_the_tab_key_reaches_every_control_in_reading_order_and_leaves(play):
    player = play("main")
    seen = []
    while not seen or seen[-1] != "BODY":
        player.press("Tab")
        seen.append(player.page.evaluate("document.activeElement.className || document.activeElement.tagName"))
    panels = ["toggle", "toggle", "toggle leave", "toggle asks", "bpw-stage", "bpw-code", "bpw-copy"]
    controls = ["first", "previous", "next", "last", "play", "INPUT", "SUMMARY", "SELECT", "SELECT"]
    assert seen == [*panels, *controls, "BODY"]


def test_space_and_enter_press_the_button_they_are_on(play):
    player = play("main")
    player.button("next").focus()
    player.press("Space", "Enter")
    assert player.stop() == 2


def test_the_pointer_moves_the_scrubber(play):
    player = play("main")
    player.drag_to(4, 6)
    assert player.numbers("gradient", Q, Z, X) == ["−4", "3", ""]
    player.drag_to(0, 6)
    assert player.stop() == 0
    box = player.track.bounding_box()
    player.page.mouse.down()
    for share in (0.2, 0.5, 0.95, 3):  # beyond its end too, once it is held
        player.page.mouse.move(box["x"] + box["width"] * share, box["y"] - 40)
    assert player.numbers("gradient", X, Y) == ["−4", "−4"]
    player.page.mouse.up()


def test_a_pointer_that_was_pressed_elsewhere_does_not_move_the_scrubber(play):
    player = play("main")
    box = player.track.bounding_box()
    player.root.locator(".bpw-say").hover()
    player.page.mouse.down()
    player.page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 12, steps=3)
    player.page.mouse.up()
    assert player.stop() == 0


def test_by_parts_upstream_local_and_downstream_arrive_one_by_one(play):
    player = play("main", step=3)
    player.by_part()
    player.next()
    assert player.wires()[F] == {"value": "−12", "gradient": "1", "word": "upstream", "local": ""}
    assert player.wires()[Q] == {"value": "3", "gradient": "", "word": "", "local": ""}
    player.next()
    assert player.wires()[Q] == {"value": "3", "gradient": "", "word": "", "local": "−4"}
    player.next()
    assert player.wires()[Q] == {"value": "3", "gradient": "−4", "word": "downstream", "local": "−4"}
    chips = player.root.locator(".bpw-row").first.locator(".bpw-chip b").all_text_contents()
    assert chips == ["1", "−4", "−4"]


def test_back_at_whole_gates_one_stands_at_a_whole_gate(play, expected, traces):
    player = play("main", step=3)
    player.by_part()
    player.next(2)
    player.root.locator("select").first.select_option("gate")
    assert player.wires() == expected(traces["main"](), 3)


@pytest.mark.parametrize("name", ["fork", "matrices", "korean"])
def test_every_step_is_the_picture_that_python_draws(play, expected, traces, name):
    player, trace = play(name), traces[name]()
    player.by_part()
    for step in range(len(trace.steps) + 1):
        assert player.wires() == expected(trace, step), f"step {step}"
        player.page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("seed", range(2))
def test_a_random_walk_ends_on_the_same_numbers(play, expected, traces, seed):
    trace, walk = traces["fork"](), random.Random(seed)  # noqa: S311  # a walk, not a secret
    player = play(trace)
    stops = {"gate": trace.stops(), "part": list(range(len(trace.steps) + 1))}
    by, step = "gate", 0
    player.button("next").focus()
    for _ in range(30):
        move = walk.choice(["ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End", "jump", "by"])
        if move == "by":
            by = walk.choice(["gate", "part"])
            player.root.locator("select").first.select_option(by)
            step = max(stop for stop in stops[by] if stop <= step)
            player.button("next").focus()
        elif move == "jump":
            stop = walk.randrange(len(stops[by]))
            player.drag_to(stop, len(stops[by]))
            step = stops[by][stop]
        else:
            player.press(move)
            after, before = ([s for s in stops[by] if s > step], [s for s in stops[by] if s < step])
            places = {
                "ArrowRight": after or [step],
                "ArrowLeft": before[::-1] or [step],
                "Home": [0],
                "End": stops[by][-1:],
            }
            step = places[move][0]
        assert player.wires() == expected(trace, step), (move, by, step)


def test_the_live_region_says_what_happened(play):
    player = play("main")
    player.next(4)
    said = player.live.text_content()
    assert said.startswith("Step 4 of 5 · Backward 2 of 3. × is a swap multiplier")
    assert "q: 1 × −4 = −4" in said
    assert player.page.locator("[aria-live], output, [role=status]").count() == 1  # one voice


def test_the_scrubber_says_where_it_is_and_what_happened_there(play):
    player = play("main")
    player.next()
    text = player.scrubber.get_attribute("aria-valuetext")
    assert text == "Step 1 of 5 · Forward 1 of 2: q = x + y = −2 + 5 = 3"


def playing(page, play):
    """A player whose clock stands still until the test turns it."""
    page.clock.install(time=0)
    player = play("main")
    page.clock.pause_at(60_000)
    return player


@pytest.mark.parametrize(("speed", "pace"), [("1", 1400), ("4", 350)])
def test_playing_takes_a_step_at_each_beat_and_stops_at_the_end(page, play, speed, pace):
    player = playing(page, play)
    player.root.locator("select").last.select_option(speed)
    player.button("play").click()
    assert player.button("play").get_attribute("aria-label") == "Pause"
    for stop in range(1, 6):
        page.clock.run_for(pace - 1)
        assert player.stop() == stop - 1
        page.clock.run_for(1)
        assert player.stop() == stop
    assert player.button("play").get_attribute("aria-label") == "Play"
    assert player.live.text_content().startswith("Step 5 of 5")


def test_playing_pauses_where_it_is_and_starts_over_from_the_end(page, play):
    player = playing(page, play)
    player.button("play").click()
    page.clock.run_for(2 * 1400)
    player.button("play").click()
    page.clock.run_for(10 * 1400)
    assert player.stop() == 2
    assert player.live.text_content().startswith("Step 2 of 5")  # silent while it played
    player.button("last").click()
    player.button("play").click()
    assert player.stop() == 0


def test_a_step_by_hand_ends_the_playing(page, play):
    player = playing(page, play)
    player.button("play").click()
    player.press("ArrowRight")
    page.clock.run_for(10 * 1400)
    assert player.stop() == 1


def moved(states):
    """Name what is not in the same place in all states."""
    return {name for one, other in pairwise(states) for name in one if one[name] != other.get(name)}


WHERE = """(root) => {
    const svg = root.querySelector(".bpw-picture").getBoundingClientRect();
    const box = (e, x, y) => {
        const found = e.getBoundingClientRect();
        return [found.x - x, found.y - y, found.width, found.height].map(Math.round).join();
    };
    const shapes = [...root.querySelectorAll(".bpw-picture :is(rect, ellipse, path, polygon)")];
    const controls = [...root.querySelectorAll("button, select, .bpw-track, .bpw-stage, .bpw-footer"), root];
    return Object.fromEntries([
        ...shapes.map((e, k) => [`${e.tagName} ${k}`, box(e, svg.x, svg.y)]),
        ...controls.map((e, k) => [`${e.classList[0] || e.tagName} ${k}`, box(e, 0, 0)]),
    ]);
}"""


@pytest.mark.parametrize("name", ["fork", "neuron", "korean"])
def test_nothing_moves_between_steps(play, traces, name):
    player = play(name)
    player.by_part()
    states = []
    for _ in range(len(traces[name]().steps) + 1):
        states.append(player.root.evaluate(WHERE))
        player.press("ArrowRight")
    assert moved(states) == set()
    assert len(states[0]) > 20


def test_what_moves_is_found(play):
    player = play("main")
    before = player.root.evaluate(WHERE)
    player.root.evaluate("(root) => { root.querySelector('rect').setAttribute('x', 0) }")
    assert len(moved([before, player.root.evaluate(WHERE)])) == 1

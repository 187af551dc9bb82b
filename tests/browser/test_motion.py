"""A number that appears travels along its wire, and nothing waits for it."""

from __future__ import annotations

import pytest

MOTES = """(root) => [...root.querySelectorAll(".mote")].map((mote) => {
    const motion = mote.firstElementChild;
    const { wire } = mote.closest("[data-wire]").dataset;
    return [wire, motion.getAttribute("keyPoints"), parseFloat(motion.getAttribute("dur"))];
})"""
COUNT_MOTES = """(root) => {  // all that ever set out: they arrive, and are gone, in real time
    window.seen = 0;
    const added = (records) => records.flatMap((record) => [...record.addedNodes]);
    const watch = (records) => { window.seen += added(records).filter((node) => node.matches?.(".mote")).length; };
    new MutationObserver(watch).observe(root, { childList: true, subtree: true });
}"""
Q, F, X, Y, Z = "e3", "e4", "e0", "e1", "e2"
FORTH, BACK = "0;1", "1;0"


@pytest.fixture
def moving(page, play):
    page.emulate_media(reduced_motion="no-preference")
    return play


def after(player, key):
    """Press a key, and look at once."""
    return player.root.evaluate(
        """(root, [key, look]) => {
        root.querySelector(".bpw-stage").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        return { motes: eval(look)(root), gradient: root.querySelector("[data-wire=e3] .gradient").textContent };
    }""",
        [key, MOTES],
    )


def test_values_travel_to_the_right_and_gradients_to_the_left(moving):
    player = moving("main")
    seen = [after(player, "ArrowRight") for _ in range(4)]
    assert [sorted((wire, way) for wire, way, _ in each["motes"])[::-1] for each in seen] == [
        [(Q, FORTH)],
        [(F, FORTH)],
        [(F, BACK)],
        [(Q, BACK), (Z, BACK)],
    ]
    assert all(duration <= 350 for each in seen for *_, duration in each["motes"])
    assert seen[3]["gradient"] == "−4", "the number stands there at once"


def test_the_motion_is_soon_over_and_moves_along_the_wire(moving, page):
    player = moving("main", step=1)
    player.button("next").focus()
    left, right = page.evaluate("""() => {  // the clock of the picture is ours: a slow machine skips frames
        const root = document.querySelector(".bpw"), svg = root.querySelector(".bpw-stage svg");
        svg.pauseAnimations();
        const start = svg.getCurrentTime();
        root.querySelector("button.next").click();
        const mote = root.querySelector(".mote");
        const at = (seconds) => (svg.setCurrentTime(start + seconds), mote.getBoundingClientRect().x);
        const places = [at(0.02), at(0.3)];
        svg.unpauseAnimations();
        return places;
    }""")
    assert right > left + 20
    page.wait_for_function("!document.querySelector('.mote')")


@pytest.mark.parametrize("key", ["End", "ArrowLeft", "Home"])
def test_a_jump_moves_nothing(moving, key):
    player = moving("main", step=1)
    assert after(player, key)["motes"] == []


def test_a_new_step_ends_the_motion_of_the_old_one(moving):
    player = moving("main")
    after(player, "ArrowRight")
    assert [wire for wire, *_ in after(player, "ArrowRight")["motes"]] == [F]


def test_nothing_travels_for_who_wants_less_motion(page, play):
    page.emulate_media(reduced_motion="reduce")
    assert after(play("main"), "ArrowRight")["motes"] == []


@pytest.mark.parametrize(("speed", "travels"), [("1", True), ("4", False)])
def test_nothing_travels_while_it_plays_fast(page, moving, speed, travels):
    page.clock.install(time=0)
    player = moving("main")
    page.clock.pause_at(60_000)
    player.root.locator("select").last.select_option(speed)
    player.root.evaluate(COUNT_MOTES)
    player.button("play").click()
    page.clock.run_for(1400)
    assert player.stop() > 0
    assert bool(page.evaluate("window.seen")) == travels

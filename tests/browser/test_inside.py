"""Vectors and matrices in a browser: exact values on the maps, cells that belong together, Jacobians."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import record


@pytest.fixture
def layer(page, play):
    page.emulate_media(reduced_motion="reduce")
    player = play("matrices")
    player.root.get_by_role("button", name="Inside", exact=True).click()
    player.button("next").focus()
    return player


def panel(player):
    return player.root.get_by_role("region", name="Inside")


def linked(player):
    return [cell.get_attribute("title") for cell in panel(player).locator("td.linked").all()]


def cell(player, name):
    return panel(player).locator(f"td[title='{name}']")


def test_a_map_appears_with_its_numbers(play):
    player = play("matrices")
    maps = player.root.locator("[data-wire=e0] .heat")  # of W
    assert [maps.nth(k).is_visible() for k in (0, 1)] == [True, False]
    player.button("last").click()
    assert [maps.nth(k).is_visible() for k in (0, 1)] == [True, True]


def test_each_cell_of_a_map_says_its_exact_value(play):
    player = play("matrices")
    titles = player.root.locator("[data-wire=e0] .of-value .cell title").all_text_contents()
    assert titles == ["[0, 0] = 1", "[0, 1] = 2", "[0, 2] = 3", "[1, 0] = 4", "[1, 1] = 5", "[1, 2] = −6"]


def test_negative_cells_differ_without_colour(play):
    player = play("matrices")
    assert player.root.locator("[data-wire=e0] .of-value .minus").count() == 1


def test_an_output_cell_shows_the_inputs_it_is_computed_from(layer):
    layer.next()
    cell(layer, "q[1]").click()
    assert linked(layer) == ["W[1, 0]", "W[1, 1]", "W[1, 2]", "x[0]", "x[1]", "x[2]"]
    assert panel(layer).get_by_role("status").text_content() == (
        "q[1] is computed from W[1, 0], W[1, 1], W[1, 2], x[0], x[1], x[2]."
    )


def test_an_input_cell_shows_where_its_gradient_comes_from(layer):
    layer.button("last").click()
    cell(layer, "W[0, 2]").click()
    assert linked(layer) == ["q[0]"]
    assert panel(layer).get_by_role("status").text_content() == "The gradient of W[0, 2] comes from q[0]."
    assert cell(layer, "x[2]").text_content() == "−6"


def test_the_arrows_go_from_cell_to_cell_and_take_no_step(layer):
    layer.next()
    cell(layer, "W[0, 0]").focus()
    stop = layer.stop()
    layer.press("ArrowRight", "ArrowDown")
    assert layer.page.evaluate("document.activeElement.title") == "W[1, 1]"
    assert layer.stop() == stop
    assert linked(layer) == ["q[1]"]
    assert panel(layer).locator("[aria-label^='W '] td[tabindex='0']").count() == 1


def test_a_number_that_is_not_known_yet_is_not_shown(layer):
    layer.next()
    cells = panel(layer).locator("td").all_text_contents()
    assert "12.5" in cells
    layer.button("next").click()
    layer.button("next").click()
    layer.button("next").click()
    layer.button("next").click()  # the seed
    assert all("∂" not in text for text in panel(layer).locator("td").all_text_contents())
    layer.press("Home")
    assert panel(layer).locator("td").count() == 0
    assert panel(layer).text_content() == "Step to a gate with vectors or matrices to look inside it."


def test_the_jacobian_stands_beside_the_product_that_avoids_it(layer):
    layer.button("last").click()
    part = panel(layer).locator("details").first
    part.locator("summary").click()
    assert part.locator("summary").text_content() == "Jacobian ∂q/∂W: sparse: mostly zeros"
    assert part.locator("tr").count() == 2
    assert part.locator("code").all_text_contents() == ["dW = np.outer(dq, x)"]


def test_a_large_array_shows_a_corner_and_its_range(page, play):
    trace = record("sum(X @ W)", X=np.linspace(-2, 2, 1200).reshape(40, 30), W=np.ones((30, 20)))
    player = play(trace)
    player.root.get_by_role("button", name="Inside", exact=True).click()
    player.next()
    assert panel(player).locator("[aria-label^='X '] td").count() == 64
    assert "from −2 to 2; the first rows and columns are shown" in panel(player).text_content()
    cell(player, "q[0, 0]").click()
    assert "too large" in panel(player).get_by_role("status").text_content()
    assert page.locator("body *").count() < 3000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_inside_stands_out(layer, theme):
    layer.button("last").click()
    for part in panel(layer).locator("details").all():
        part.locator("summary").click()
    cell(layer, "q[1]").click()
    assert layer.faint_texts() == [], theme


def test_single_numbers_have_no_inside(play):
    assert play("main").root.get_by_role("button", name="Inside", exact=True).count() == 0

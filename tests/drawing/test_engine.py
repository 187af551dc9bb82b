"""Which Graphviz is run, and what is said when none can be."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from backprop_widgets import record
from backprop_widgets.drawing import EngineNotFoundError, engine, render_svg

DOT = "digraph { a -> b }"
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for Graphviz is a shell script")


@pytest.fixture
def program(tmp_path):
    """Write a program that stands in for Graphviz: it draws a picture with its own name in it."""

    def write(path, body='echo "<svg>$0</svg>"'):
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return str(path)

    return write


def test_a_machine_without_graphviz_is_told_every_way_to_get_one(bare):
    with pytest.raises(EngineNotFoundError) as caught:
        render_svg(DOT)
    for way in ("pip install graphviz-pure", "https://graphviz.org/download/", "$BACKPROP_WIDGETS_DOT", "nothing"):
        assert way in str(caught.value)


@posix
def test_the_chosen_program_comes_before_dot_and_dot_before_the_bundled_one(bare, program, monkeypatch, tmp_path):
    path, scripts = bare
    bundled = program(scripts / "graphviz-pure")
    assert list(engine.engines()) == [bundled]
    on_path = program(path / "dot")
    assert list(engine.engines()) == [on_path, bundled]
    chosen = program(tmp_path / "mine")
    monkeypatch.setenv("BACKPROP_WIDGETS_DOT", chosen)
    assert list(engine.engines()) == [chosen, on_path, bundled]
    assert render_svg(DOT) == f"<svg>{chosen}</svg>\n"


@posix
def test_the_bundled_program_is_found_on_the_path_too(bare, program):
    elsewhere = program(bare[0] / "graphviz-pure")
    assert render_svg(DOT) == f"<svg>{elsewhere}</svg>\n"


def test_the_bundled_program_of_windows_is_found(bare):
    (bare[1] / "graphviz-pure.exe").touch()
    assert list(engine.engines()) == [str(bare[1] / "graphviz-pure.exe")]


@posix
def test_a_chosen_program_that_is_not_there_is_passed_over(bare, program, monkeypatch):
    monkeypatch.setenv("BACKPROP_WIDGETS_DOT", "/no/such/dot")
    on_path = program(bare[0] / "dot")
    assert render_svg(DOT) == f"<svg>{on_path}</svg>\n"


def test_what_was_tried_is_named(bare, monkeypatch):
    monkeypatch.setenv("BACKPROP_WIDGETS_DOT", "/no/such/dot")
    with pytest.raises(EngineNotFoundError, match="Tried: /no/such/dot: No such file or directory"):
        render_svg(DOT)


def test_where_there_are_no_processes_the_error_names_the_reason(bare, monkeypatch):
    def run(*_, **__):
        raise OSError(138, "emscripten does not support processes")

    (bare[1] / "graphviz-pure").touch()
    monkeypatch.setattr("subprocess.run", run)
    with pytest.raises(EngineNotFoundError, match="graphviz-pure: emscripten does not support processes"):
        render_svg(DOT)


def test_no_text_is_lost_on_the_next_engine_when_one_refuses_it(engine):
    with pytest.raises(RuntimeError, match=r"could not lay out the graph: .*syntax error"):
        render_svg("digraph { a -> ")


@posix
def test_an_engine_that_draws_nothing_has_failed(bare, program):
    program(bare[0] / "dot", "echo 'no plugins here' >&2")
    with pytest.raises(RuntimeError, match="could not lay out the graph: no plugins here"):
        render_svg(DOT)


def test_each_engine_lays_out_the_graph(engine):
    assert "<svg" in render_svg(DOT)


def test_the_bundled_engine_alone_draws_a_trace(bare):
    found = shutil.which("graphviz-pure", path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip("graphviz-pure is not installed")
    shutil.copy(found, bare[1])
    assert "swap multiplier" in record("x * y", x=3, y=4).to_svg()


def test_a_layout_is_made_once_for_equal_texts(engine, monkeypatch):
    first = render_svg(DOT)
    monkeypatch.setattr("subprocess.run", None)
    assert render_svg(DOT) is first


def test_a_trace_is_recorded_where_nothing_can_draw(bare):
    trace = record("x * y", x=3, y=4)
    assert trace.gradient("x") == 4
    with pytest.raises(EngineNotFoundError):
        trace.to_svg()

"""What it looks like: a trace as DOT text, as SVG, and as a page that steps by itself."""

from backprop_widgets.drawing.dot import dot_source
from backprop_widgets.drawing.draw import Drawing, draw
from backprop_widgets.drawing.engine import EngineNotFoundError, render_svg
from backprop_widgets.drawing.size import GraphTooLargeError

__all__ = ["Drawing", "EngineNotFoundError", "GraphTooLargeError", "dot_source", "draw", "render_svg"]

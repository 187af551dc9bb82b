"""Run all notebooks in place, and store what they show so that every run writes the same bytes.

    python notebooks/execute.py [NOTEBOOK...]

A stored widget is a picture: the widget itself, its scripts and the state of the kernel are left out. Needs nbclient,
Pillow and the package installed in the Python that runs this; pictures are drawn by the bundled graphviz-pure, so that
they do not depend on the Graphviz of a machine.
"""

import base64
import io
import os
import re
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).resolve().parent
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"  # names a model that dies with its kernel
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
HINT_INSIDE = re.compile(r"^(<div\b[^>]*>)([^<]*)<br>")
PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
BLOCK = re.compile(r"[^{}]+\{(?:[^{}]|\{[^{}]*\})*\}")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def main(paths: list[str]) -> None:
    """Execute the notebooks named, or all there are."""
    bundled = Path(sysconfig.get_path("scripts"), "graphviz-pure" + (".exe" if os.name == "nt" else ""))
    if bundled.is_file():
        os.environ["BACKPROP_WIDGETS_DOT"] = str(bundled)
    for name in ("BACKPROP_STUDENT", "JUPYTERHUB_USER"):
        os.environ.pop(name, None)  # the numbers of an exercise are those of a student without a name
    for path in map(Path, paths or sorted(HERE.glob("*/*.ipynb"))):
        notebook = nbformat.read(path, as_version=4)
        with tempfile.TemporaryDirectory() as folder:  # answers that were kept beside a notebook would show in it
            run(notebook, Path(folder))
        nbformat.write(clean(notebook), path)
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def run(notebook: Any, folder: Path) -> None:
    """Run every cell in a new kernel. Raises CellExecutionError for a cell that fails."""
    resources = {"metadata": {"path": str(folder)}}
    options = {"timeout": 120, "kernel_name": "python3", "record_timing": False, "store_widget_state": False}
    options["coalesce_streams"] = True  # else two prints are one output or two, as it happens
    NotebookClient(notebook, resources=resources, **options).execute()


def clean(notebook: Any) -> Any:
    """Leave nothing that differs between two runs or two machines."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop(WIDGET_VIEW, None)
            if "text/html" in data:
                still = PICTURE.sub(slim, SCRIPT.sub("", data["text/html"]))
                data["text/html"] = HINT_INSIDE.sub(r"\2\n\1", still)  # of a folded output, line 1 is shown
            if "image/png" in data:
                data["image/png"] = smaller(data["image/png"])
            output.get("metadata", {}).pop(WIDGET_VIEW, None)
    return notebook


def smaller(png: str) -> str:
    """Store a plot in 64 colours: a third of the bytes, and no difference to be seen."""
    plot = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    few = plot.quantize(64, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    written = io.BytesIO()
    few.save(written, "png", optimize=True)
    return base64.b64encode(written.getvalue()).decode()


def slim(match: re.Match[str]) -> str:
    """Leave out of a stored picture what only the player reads: empty places, ids, rules for what is not there."""
    svg = base64.b64decode(match[1]).decode()
    svg = re.sub(r"<text [^>]*/>", "", svg)
    svg = re.sub(r' data-[a-z]+="[^"]*"', "", svg)
    svg = svg.replace(" />", "/>")
    used = {word for classes in re.findall(r'class="([^"]*)"', svg) for word in classes.split()}
    start, rules, rest = re.split(r"</?style>", svg, maxsplit=2)
    kept = [rule for rule in BLOCK.findall(rules) if rule.startswith("@") or has_all(rule, used)]
    svg = f"{start}<style>{''.join(kept)}</style>{rest}"
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def has_all(rule: str, used: set[str]) -> bool:
    """Whether a rule can speak of anything in a picture with these classes."""
    selectors = rule.partition("{")[0].split(",")
    return any(set(re.findall(r"\.([a-z][a-z-]*)", each)) <= used for each in selectors) or ":is(" in rule


if __name__ == "__main__":
    main(sys.argv[1:])

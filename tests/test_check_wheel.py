"""The check of the wheel finds what a wheel lacks."""

from __future__ import annotations

import runpy
import zipfile
from pathlib import Path

missing_from = runpy.run_path(str(Path(__file__).with_name("check_wheel.py")))["missing_from"]


def test_a_file_left_out_of_the_wheel_is_named(tmp_path):
    package = tmp_path / "made_up"
    (package / "__pycache__").mkdir(parents=True)
    for name in ("__init__.py", "player.js", "__pycache__/cached.pyc"):
        (package / name).touch()
    wheel = tmp_path / "made_up.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(package / "__init__.py", "made_up/__init__.py")
    assert missing_from(wheel, package) == ["made_up/player.js"]
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.write(package / "player.js", "made_up/player.js")
    assert missing_from(wheel, package) == []

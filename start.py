"""Set up .venv and start: `python start.py` opens the first lecture, `python start.py tests` runs all checks.

Needs nothing but Python. Options such as `--no-browser` go to JupyterLab; after `tests` may stand names of checks.
"""

import sys

if sys.version_info < (3, 11):  # Python 3.6 still reads this file, to say so
    sys.exit(f"backprop_widgets needs Python 3.11 or newer, this is {sys.version.split()[0]}: see python.org/downloads")

import hashlib
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LECTURE = "notebooks/en/01_computational_graphs.ipynb"
ON_BINDER = [  # lecture 1 and an exercise notebook in each language
    LECTURE,
    "notebooks/en/01_computational_graphs_exercises.ipynb",
    "notebooks/ko/01_computational_graphs.ipynb",
    "notebooks/ko/01_computational_graphs_exercises.ipynb",
]
TOGETHER = ("--numprocesses=auto", "--dist")  # one process for each core of the machine
CHECKS = {  # the cheap ones first; the tests last, so that their summary closes the output
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "notebooks": [
        *("-m", "pytest", "notebooks", "--nbval-lax", "--nbval-current-env", *TOGETHER, "loadfile"),
        *("--nbval-sanitize-with", "tests/sanitize.cfg", "--nbval-cell-timeout", "60"),
    ],
    "wheel": ["tests/check_wheel.py"],
    "binder": ["binder/replay.py", *ON_BINDER],
    "tests": ["-m", "pytest", *TOGETHER, "loadfile", "--no-loadscope-reorder"],
}
ASIDE = ("binder", "wheel", "notebooks")  # run beside the others: they wait for downloads and kernels much of the time
if os.name == "nt":
    del CHECKS["binder"]  # Binder runs Linux, and its steps need a shell


def main(arguments: list[str]) -> int:
    """Do what the command line asks, and return its exit code."""
    os.chdir(ROOT)
    if arguments[:1] == ["tests"]:
        return run_checks(arguments[1:] or list(CHECKS))
    return open_lecture(arguments)


def open_lecture(arguments: list[str]) -> int:
    """Open the first lecture in JupyterLab, and wait until JupyterLab ends."""
    install("lab")
    keep_widgets()
    lab = subprocess.Popen([PYTHON, "-m", "jupyterlab", LECTURE, *arguments])
    while True:
        try:
            return lab.wait()
        except KeyboardInterrupt:  # JupyterLab heard it too, and asks whether to stop
            continue


def keep_widgets() -> None:
    """Let this JupyterLab save widgets with the notebook: reopened, they step before any cell is run."""
    settings = VENV / "share/jupyter/lab/settings/overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": true}}\n')


def run_checks(names: list[str]) -> int:
    """Run the named checks, all of them even if one fails, and name those that failed."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        sys.exit(f"unknown check: {unknown[0]!r} (must be one of {list(CHECKS)})")
    install("test")
    aside = [name for name in ASIDE if name in names and len(names) > 1]
    with ThreadPoolExecutor(max_workers=1) as beside:
        waiting = {name: beside.submit(passes, name, is_shown_at_once=False) for name in aside}
        failed = [name for name in names if name not in aside and not passes(name)]
        failed += [name for name in aside if not waiting[name].result()]
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return len(failed)


def passes(name: str, *, is_shown_at_once: bool = True) -> bool:
    """Run one check, and say how long it took; what it prints is shown as it comes, or whole at its end."""
    if is_shown_at_once:
        print(f"\n== {name}", flush=True)
    start = time.monotonic()
    kept = None if is_shown_at_once else subprocess.PIPE
    done = subprocess.run(
        [PYTHON, *CHECKS[name]], stdout=kept, stderr=kept and subprocess.STDOUT, text=True, check=False
    )
    if not is_shown_at_once:
        print(f"\n== {name}\n{done.stdout}")
    if name != "tests" or done.returncode:
        verdict = "failed" if done.returncode else "passed"
        print(f"== {name}: {verdict} in {time.monotonic() - start:.0f} s", flush=True)
    return done.returncode == 0


def install(extra: str) -> None:
    """Install the package with one of its extras into .venv, unless that is done already."""
    done = VENV / f"{extra}.installed"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()).hexdigest()
    if done.exists() and done.read_text() == wanted and answers("--version"):
        return
    print(f"Installing into {VENV}; the first time takes a minute or two.", flush=True)
    if not answers("-m", "pip", "--version"):  # absent, or left half made
        run(sys.executable, "-m", "venv", VENV)
    quick = ("--quiet", "--disable-pip-version-check", "--no-compile")  # Python compiles what it imports
    run(PYTHON, "-m", "pip", "install", *quick, "--editable", f".[{extra}]")
    done.write_text(wanted)


def answers(*arguments: str) -> bool:
    """Tell whether the Python of .venv is there and runs this."""
    return PYTHON.exists() and subprocess.run([PYTHON, *arguments], capture_output=True, check=False).returncode == 0


def run(*command: str | Path) -> None:
    """Run a program, and end with its exit code if it fails; it has said why."""
    code = subprocess.call(command)
    if code:
        sys.exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

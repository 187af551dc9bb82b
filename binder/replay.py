"""Replay what Binder does with this repository in a clean environment, and run notebooks in it. Needs no Docker.

repo2docker itself says which steps it takes. Its base image is stood in for by the same versions from PyPI, and steps
that run as root are left out: they belong to that image. Usage: python binder/replay.py NOTEBOOK...
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMAGE_PACKAGES = ("ipykernel", "ipywidgets", "jupyterlab", "notebook")  # those of the base image that a lecture meets
READ_PLAN = """
import json
from pathlib import Path
from repo2docker.app import Repo2Docker
from repo2docker.buildpacks import PythonBuildPack, conda

pack = PythonBuildPack(Repo2Docker().base_image)
assert pack.detect(), "repo2docker sees no Python repository here"
print(json.dumps({
    "python": pack.python_version,
    "lock": Path(conda.__file__).with_name(f"environment.py-{pack.python_version}-linux-64.lock").read_text(),
    "early_files": pack.get_preassemble_script_files(),
    "early_steps": pack.get_preassemble_scripts(),
    "steps": pack.get_assemble_scripts(),
    "post_build": pack.get_post_build_scripts(),
}))
"""
times: dict[str, float] = {}


def main(notebooks: list[str]) -> None:
    """Build the environment as Binder would, run the notebooks in it, and print times and sizes."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        plan = read_plan(Path(scratch, "repo2docker"))
        python = interpreter(plan["python"])
        environment = clean_environment(Path(scratch))
        home = Path(scratch, "environment")
        with timed("base image"):
            subprocess.run([python, "-m", "venv", home], check=True)
            pip_install(home, *image_requirements(plan["lock"]))
        image_size = megabytes(home)
        with timed("install"):
            replay(plan["early_steps"], with_only(plan["early_files"], Path(scratch, "early")), environment)
            replay(plan["steps"], ROOT, environment)
        with timed("postBuild"):
            replay([("${NB_USER}", f'bash "{script}"') for script in plan["post_build"]], ROOT, environment)
        with timed(f"{len(notebooks)} notebooks"):
            execute(notebooks, Path(scratch, "executed"), environment)
        report(image_size, megabytes(home))


def read_plan(tools: Path) -> dict:
    """Ask repo2docker, in an environment of its own, what it would do with this repository."""
    with timed("repo2docker"):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", tools], check=True)
        pip_install(tools, "jupyter-repo2docker")
        answer = subprocess.run([tools / "bin/python", "-c", READ_PLAN], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(answer.stdout)


def interpreter(wanted: str) -> str:
    """Find the Python that Binder would use; where it is absent, the one that runs this script stands in."""
    found = shutil.which(f"python{wanted}")
    works = found and subprocess.run([found, "-m", "ensurepip", "--version"], capture_output=True, check=False)
    python = found if found and works.returncode == 0 else sys.executable
    version = subprocess.run([python, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    print(f"Binder would use Python {wanted}; this replay uses {version}", flush=True)
    return python


def clean_environment(scratch: Path) -> dict[str, str]:
    """Return the variables of the build: on the PATH stand only the new environment and a shell, so no `dot`."""
    shells = scratch / "shells"
    shells.mkdir()
    for shell in ("bash", "env", "sh"):
        (shells / shell).symlink_to(shutil.which(shell) or f"/bin/{shell}")
    path = f"{scratch / 'environment/bin'}:{shells}"
    outside = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER", "VIRTUAL"))}
    return {**outside, "PATH": path, "KERNEL_PYTHON_PREFIX": str(scratch / "environment")}


def image_requirements(lock: str) -> list[str]:
    """Read the versions of the base image from its lock file, `.../jupyterlab-4.4.9-pyhd8ed1ab_0.conda#...`."""
    return [f"{name}=={re.search(rf'/{name}-([0-9.]+)-', lock)[1]}" for name in IMAGE_PACKAGES]


def with_only(files: dict[str, str], folder: Path) -> Path:
    """Make a folder with just the files that the image holds before the repository is copied into it."""
    for target, source in files.items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, folder / target)
    return folder


def replay(steps: list[tuple[str, str]], folder: Path, environment: dict[str, str]) -> None:
    """Run the steps of the ordinary user in a folder; name those left to root."""
    for user, script in steps:
        if user == "root":
            print(f"left out, runs as root: {script}")
            continue
        print(f"$ {script}", flush=True)
        subprocess.run(["bash", "-c", script], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE)


def execute(notebooks: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run every cell of the notebooks in the new environment, each in a kernel; a cell that raises ends the replay."""
    python = Path(environment["KERNEL_PYTHON_PREFIX"], "bin/python")
    options = ("--execute", "--to=notebook", f"--output-dir={folder}", "--log-level=WARN")
    subprocess.run([python, "-m", "nbconvert", *options, *notebooks], env=environment, check=True)


def pip_install(home: Path, *requirements: str) -> None:
    """Install into the environment at `home`, quickly: most of it is never imported, so nothing is compiled."""
    quiet = ("--quiet", "--disable-pip-version-check", "--no-compile")
    target = ("--python", home / "bin/python")  # which need not have a pip of its own
    subprocess.run([sys.executable, "-m", "pip", *target, "install", *quiet, *requirements], check=True)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Note how many seconds the body takes."""
    start = time.monotonic()
    yield
    times[name] = time.monotonic() - start


def megabytes(folder: Path) -> float:
    """Add up the sizes of all files in a folder."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def report(image: float, total: float) -> None:
    """Print how long each part took and how much this repository adds to the image."""
    print(f"size: {image:.0f} MB stand-in for the base image, {total - image:.0f} MB added by this repository")
    print("time: " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in times.items()))


if __name__ == "__main__":
    main(sys.argv[1:])

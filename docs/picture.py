"""Draw the pictures of the README: our own page, in both themes, moving step by step and still.

    python -m docs.picture

Needs Chromium, Playwright and Pillow: `pip install -e ".[test]"` brings the last two.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from backprop_widgets import record
from benchmarks.browser import chromium

FOLDER = Path(__file__).parent
SIZE = {"width": 960, "height": 1200}
SHARPNESS = 1.5  # pixels of the picture for one of the page
PAUSE = 1500  # milliseconds for a step
REST = 4000  # and for the last one
STILL = 6  # the step of the picture for those who want nothing to move
LARGEST = 400_000  # bytes: the README opens quickly on a telephone too


def main() -> None:
    """Write two files for each theme, and say how large they are."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        page_file = Path(folder, "page.html")
        record("(x + y) * z", x=-2, y=5, z=-4).to_html(page_file)
        for theme in ("light", "dark"):
            options = {"color_scheme": theme, "reduced_motion": "reduce", "device_scale_factor": SHARPNESS}
            page = browser.new_page(viewport=SIZE, **options)
            page.goto(page_file.as_uri())
            frames = same_size(walk(page))
            pauses = [PAUSE] * (len(frames) - 1) + [REST]
            moving = {"save_all": True, "append_images": frames[1:], "duration": pauses, "loop": 0}
            write(frames[0], f"stepper_{theme}.webp", **moving)
            write(frames[STILL], f"still_{theme}.webp")
            page.close()


def write(frame: Image.Image, name: str, **options) -> None:
    """Write one file without loss, and end where it is too large."""
    frame.save(FOLDER / name, lossless=True, method=6, **options)
    size = (FOLDER / name).stat().st_size
    print(f"{name}: {frame.width} x {frame.height} pixels, {size / 1000:.0f} kB")
    if size > LARGEST:
        sys.exit(f"{name} is larger than {LARGEST / 1000:.0f} kB")


def walk(page: Page) -> list[Image.Image]:
    """Take a picture at the start and after each step."""
    page.get_by_role("combobox", name="Step by").select_option(index=1)  # upstream, local, downstream one by one
    player = page.locator(".bpw")
    onward = page.get_by_role("button", name="Next")
    frames = [picture(player)]
    while onward.get_attribute("aria-disabled") != "true":
        onward.click()
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")  # no ring around the button
        frames.append(picture(player))
    return frames


def picture(player) -> Image.Image:
    """Look at the player as it is."""
    return Image.open(io.BytesIO(player.screenshot())).convert("RGB")


def same_size(frames: list[Image.Image]) -> list[Image.Image]:
    """Give all frames the size of the tallest, on the ground of the page: the words below the picture come and go."""
    size = max(frame.width for frame in frames), max(frame.height for frame in frames)
    whole = [Image.new("RGB", size, frames[0].getpixel((1, 1))) for _ in frames]
    for ground, frame in zip(whole, frames, strict=True):
        ground.paste(frame, (0, 0))
    return whole


if __name__ == "__main__":
    main()

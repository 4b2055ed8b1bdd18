"""Make the pictures of the README again: ``python docs/make_pictures.py``.

The moving one is drawn by ``convviz.figures``; the others are the live player, photographed in
Chromium (which must be installed, as must the test extra for Playwright).
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

from convviz import figures, scenes, widgets

HERE = Path(__file__).parent / "pictures"


def moving():
    """The filter of the first lecture on its way over the image."""
    scene = scenes.convolution2d(scenes.EXAMPLE_IMAGE, scenes.ISOLATED_ONE, padding=1)
    return figures.save(scene, HERE / "convolution.gif", seconds_per_step=0.6, scale=1.25)


def photographs(chromium):
    """The player in both themes, as it looks in the middle of the scene."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        file = widgets.Convolution2D(padding=1, step=13).save_page(Path(folder, "player.html"))
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for theme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": 1000, "height": 760}, color_scheme=theme, device_scale_factor=1.5
            )
            page.goto(file.as_uri())
            page.locator(".cv-now").first.wait_for()
            path = HERE / f"player-{theme}.png"
            page.locator(".cv-player").screenshot(path=path)
            with Image.open(path) as picture:
                picture.convert("RGB").quantize(96).save(path, optimize=True)
            yield path
        browser.close()


def main():
    """Make all pictures; returns an exit status."""
    HERE.mkdir(exist_ok=True)
    print(moving())
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("no Chromium on the PATH: the photographs were left as they are", file=sys.stderr)
        return 1
    for path in photographs(chromium):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Takes new pictures of the running app for the README: docs/screenshots/<page>.png, and training.gif, which moves.

    python scripts/screenshots.py [--dark]

Starts the app with an empty store, trains a few networks, and opens each page in Chromium.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from mnist_core.config import TrainConfig  # noqa: E402
from mnist_core.runs.sweeps.store import SweepStore  # noqa: E402
from mnist_core.search.plan import Plan  # noqa: E402
from mnist_core.search.space import Space  # noqa: E402
from scripts.draw_with_mouse import STROKES, draw_with_mouse  # noqa: E402
from scripts.preflight import Problem  # noqa: E402
from scripts.running_app import DESKTOP, RunningApp, chromium, running_app, wait_until  # noqa: E402

USER_ERROR = 2
FOLDER = PROJECT / "docs" / "screenshots"
WITHOUT_CHART = ("start", "runs", "handwriting")
START = "Teach a neural network to read digits"
PAGES = {
    "start": None,
    "data": "Examples of each class",
    "train": None,
    "runs": None,
    "sweeps": None,
    "evaluate": None,
    "inside": None,
    "draw": None,
    "handwriting": None,
    "lesson": None,
}
"""The pages, and the heading to which each is scrolled; None leaves it at its top. The lesson stays with a visit."""
ADDRESSES = {"start": "", "lesson": "train?lesson=units&step=1"}
"""Those that differ from the name of the picture."""
TITLES = {"start": START, "lesson": "Train"}

OWNER = "0" * 32
RUNS = {
    "Eleven units": TrainConfig(hidden_units=11),
    "Three layers": TrainConfig(hidden_units=64, hidden_layers=3, optimizer="adam"),
    "With dropout": TrainConfig(dropout=0.3),
    "The classic": TrainConfig(),
}
SWEEP = Plan(
    TrainConfig(epochs=1, batch_size=512),
    Space.parse({"hidden_units": "16, 64, 256", "learning_rate": "0.0003, 0.001, 0.003"}),
)
SECONDS_TO_TRAIN = 300.0
FILM = "training.gif"
FILM_SIZE = (960, 600)
FRAME_MILLISECONDS = 250
LAST_FRAME_MILLISECONDS = 4000
COLOURS = 128
"""Of each frame; more make the file larger, and nobody sees them."""

Theme = Literal["light", "dark"]


def main() -> int:
    """Take the screenshots; print what prevents it and return 2 if that fails."""
    parser = argparse.ArgumentParser(description="Take new screenshots of the running app for the README.")
    parser.add_argument("--dark", action="store_true", help="also in dark colours, as <page>-dark.png")
    themes: list[Theme] = ["light", "dark"] if parser.parse_args().dark else ["light"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            running_app(Path(folder), workers=2) as app,
            chromium() as browser,
        ):
            newest = train(app)
            for theme in themes:
                take_pictures(app, browser, newest, theme)
            film_training(app, browser)
    except (Problem, TimeoutError) as problem:
        print(problem, file=sys.stderr)
        return USER_ERROR
    return 0


def train(app: RunningApp) -> int:
    """Train `RUNS`, and return the number of the last one."""
    sweeps = SweepStore(app.store)
    sweep = sweeps.submit(SWEEP, owner=OWNER)
    wait_until(lambda: sweeps.sweep(sweep).state.ended, "the sweep has ended", SECONDS_TO_TRAIN)
    numbers = [app.store.submit(config, owner=OWNER, name=name) for name, config in RUNS.items()]
    wait_until(lambda: not app.store.active_runs(), "the networks are trained", SECONDS_TO_TRAIN)
    return numbers[-1]


def take_pictures(app: RunningApp, browser: Browser, run: int, theme: Theme) -> None:
    """Save a picture of each page, as the browser that owns the runs sees it."""
    context = browser.new_context(**DESKTOP, color_scheme=theme)
    context.add_cookies([{"name": "mnist_browser", "value": OWNER, "url": app.url}])
    page = context.new_page()
    for name, heading in PAGES.items():
        page.goto(f"{app.url}/{ADDRESSES.get(name, f'{name}?run={run}')}")
        show(page, TITLES.get(name, name.capitalize()), heading)
        if name == "start":
            draw(page, "3")
        if name == "draw":
            draw_and_label(page)
        if name not in WITHOUT_CHART:
            page.locator(".digits-plot .xtick").first.wait_for()  # plotly draws them last
            page.locator(".digits-plot:not(:has(.xtick))").first.wait_for(state="detached")
        page.get_by_test_id("stSkeleton").first.wait_for(state="detached")
        path = FOLDER / (f"{name}.png" if theme == "light" else f"{name}-dark.png")
        page.screenshot(path=path, animations="disabled")
        print(path.relative_to(PROJECT))
    context.close()


def draw_and_label(page: Page) -> None:
    """Draw a few digits and add each to the handwriting set; the last one stays on the canvas."""
    clear = page.get_by_role("button", name="Clear", exact=True)
    page.locator("canvas.upper-canvas").wait_for()
    for digit in STROKES:
        if clear.is_enabled():  # there is a drawing, perhaps of an earlier visit
            clear.click()
        draw(page, digit)
        page.get_by_role("button", name=re.compile("^Yes, ")).click()
        page.get_by_text("Kept as").wait_for()


def draw(page: Page, digit: str) -> None:
    """Draw a digit on the empty canvas, and wait until it is read."""
    page.get_by_role("heading", name="Draw a digit").wait_for()
    page.locator("canvas.upper-canvas").wait_for()
    draw_with_mouse(page, digit)
    page.get_by_text("I read a").wait_for()


def film_training(app: RunningApp, browser: Browser) -> None:
    """Save what a person sees from the press of Train until the run has ended, as an animated picture."""
    page = browser.new_context(**DESKTOP, color_scheme="light").new_page()
    page.goto(f"{app.url}/train")
    show(page, "Train", None)
    page.get_by_role("button", name="Train", exact=True).click()
    finished = page.get_by_text("Finished", exact=True)
    frames = [frame_of(page)]
    while not finished.is_visible():
        page.wait_for_timeout(FRAME_MILLISECONDS)
        frames.append(frame_of(page))
    show(page, "Train", None)
    frames.append(frame_of(page))
    durations = [FRAME_MILLISECONDS] * (len(frames) - 1) + [LAST_FRAME_MILLISECONDS]
    frames[0].save(FOLDER / FILM, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True)
    print((FOLDER / FILM).relative_to(PROJECT))
    page.context.close()


def frame_of(page: Page) -> Image.Image:
    """Return what the page shows, small and with few colours."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    return picture.convert("RGB").resize(FILM_SIZE, Image.Resampling.LANCZOS).quantize(COLOURS)


def show(page: Page, title: str, heading: str | None) -> None:
    """Wait until the page is complete, and scroll to the heading."""
    page.get_by_role("heading", name=title, exact=True).wait_for()
    page.wait_for_load_state("networkidle")
    page.get_by_test_id("stStatusWidget").wait_for(state="detached")
    if heading:
        page.get_by_role("heading", name=heading, exact=True).evaluate("it => it.scrollIntoView()")


if __name__ == "__main__":
    sys.exit(main())

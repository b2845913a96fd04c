"""Accuracy on real handwriting, by the width of the pen. The digits were recorded as strokes.

The file of `make bench ARGS="--strokes FILE"` has one JSON object a line: `label` (0 to 9) and `strokes`, lists of
[x, y] on a canvas of 280×280 pixels, x to the right, y down. They are drawn as the canvas draws them, with a round
pen, and go through `drawing.to_mnist`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.report import Table
from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.drawing import to_mnist
from mnist_core.errors import UserError
from mnist_core.model.numpy_network import Network

CANVAS = 280
PENS = (8, 14, 18, 20, 28)
CONFIGURATIONS = (
    ("default settings", TrainConfig(), "91.5, 90.5"),
    ("with Augment", TrainConfig(augment=True), "93, 92"),
)
"""Name, settings and goals: the mean accuracy over the thinner pens, and that of the thickest one, in %."""
OVERSAMPLING = 4
"""Strokes are drawn this many times larger and averaged, so that edges are soft as on a canvas."""

Stroke = Sequence[Sequence[float]]


class Digit(NamedTuple):
    """One recorded digit: its label, and the strokes on the canvas in pixels."""

    label: int
    strokes: Sequence[Stroke]


def read_digits(path: Path) -> list[Digit]:
    """Read digits from JSON lines. Raises `UserError` for a file that is not of that format."""
    try:
        rows = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        return [Digit(int(row["label"]), row["strokes"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} cannot be read as strokes, one JSON object a line: {error}.") from None


def rasterise(strokes: Iterable[Stroke], pen: float) -> NDArray[np.uint8]:
    """Draw strokes with a round pen of `pen` pixels: (280, 280) uint8, ink 255 on 0, with soft edges."""
    canvas = Image.new("L", (CANVAS * OVERSAMPLING, CANVAS * OVERSAMPLING))
    draw = ImageDraw.Draw(canvas)
    radius = pen * OVERSAMPLING / 2
    for stroke in strokes:
        points = [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in stroke]
        if len(points) > 1:
            draw.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(canvas.reduce(OVERSAMPLING))


def prepare(digits: Sequence[Digit], pen: float, pen_known: bool) -> NDArray[np.float32]:
    """Return the digits preprocessed for networks, (n, 28, 28) float32 in [0, 1]."""
    return np.stack([to_mnist(rasterise(digit.strokes, pen), pen if pen_known else None) for digit in digits])


def measure(strokes: Path, seeds: Sequence[int] = (0, 1, 2)) -> Table:
    """Train networks with these seeds, and return their accuracy on the digits. Raises `UserError` for a bad file."""
    digits = read_digits(strokes)
    labels = np.array([digit.label for digit in digits])
    images = {known: {pen: prepare(digits, pen, known) for pen in PENS} for known in (True, False)}
    rows = []
    for settings, config, goals in CONFIGURATIONS:
        networks = [_trained(replace(config, seed=seed)) for seed in seeds]
        for known, by_pen in images.items():
            means = [_mean_accuracy(networks, by_pen[pen], labels) for pen in PENS]
            name = f"{settings}, width of the pen {'known' if known else 'estimated'}"
            rows.append([name, *(f"{mean:.2f}" for mean in means), f"{np.mean(means[:-1]):.2f}", goals])
    columns = ("accuracy in %", *(f"{pen} px" for pen in PENS), f"mean, {PENS[0]} to {PENS[-2]} px", "goals")
    note = (
        f"{len(digits):,} digits drawn with pens of these widths on {CANVAS} pixels. Means of {len(seeds)} networks, "
        f"seeds {', '.join(map(str, seeds))}, 5 epochs. Goals: the mean of the thinner pens, and the thickest one."
    )
    return Table("Real handwriting", columns, rows, note)


def _trained(config: TrainConfig) -> Network:
    from mnist_core.training import train

    *_, last = train(config, load_dataset())
    if last.network is None:
        raise RuntimeError("a training without a network at its end")
    return last.network


def _mean_accuracy(networks: Sequence[Network], images: NDArray[np.float32], labels: NDArray[np.integer]) -> float:
    correct = [network.predict(images).argmax(axis=1) == labels for network in networks]
    return 100 * float(np.mean(correct))

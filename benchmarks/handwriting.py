"""How well networks read real handwriting: accuracy by width of the pen, on digits recorded as strokes.

    python benchmarks/handwriting.py --strokes pendigits.jsonl [NETWORK ...]

The file has one JSON object a line: `label` (0 to 9) and `strokes`, lists of [x, y] on a canvas of
280×280 pixels, x to the right, y down. They are drawn as the canvas draws them, with a round pen, go through
`drawing.to_mnist`, and are read by each NETWORK: an .npz file, the id of a run, or "starter" (the default).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mnist_core.drawing import to_mnist
from mnist_core.errors import UserError
from mnist_core.network import Network

CANVAS = 280
PENS = (8, 14, 18, 20, 28)
FINE = 4
"""Strokes are drawn this many times larger and averaged, which makes the soft edges of a canvas."""

Stroke = Sequence[Sequence[float]]


class Digit(NamedTuple):
    """One recorded digit: what it is, and the pen's way over the canvas in pixels."""

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
    """Draw strokes with a round pen of that width in pixels: (280, 280) uint8, ink 255 on 0, edges soft."""
    canvas = Image.new("L", (CANVAS * FINE, CANVAS * FINE))
    draw = ImageDraw.Draw(canvas)
    radius = pen * FINE / 2
    for stroke in strokes:
        points = [(x * FINE, y * FINE) for x, y in stroke]
        if len(points) > 1:
            draw.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(canvas.reduce(FINE))


def prepare(digits: Sequence[Digit], pen: float, pen_known: bool) -> NDArray[np.float32]:
    """Return the digits as networks see them, (n, 28, 28) float32 in [0, 1]."""
    return np.stack([to_mnist(rasterise(digit.strokes, pen), pen if pen_known else None) for digit in digits])


def accuracy_table(digits: Sequence[Digit], networks: dict[str, Network], pen_known: bool = True) -> pd.DataFrame:
    """Return the accuracy in per cent: a row for each width of the pen, a column for each network, and their mean."""
    labels = np.array([digit.label for digit in digits])
    rows = {}
    for pen in PENS:
        images = prepare(digits, pen, pen_known)
        rows[pen] = {
            name: 100 * float((network.predict(images).argmax(axis=1) == labels).mean())
            for name, network in networks.items()
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="pen (px)")
    return table.assign(mean=table.mean(axis=1))


def main() -> int:
    """Print the tables, for a pen of known and of estimated width; exit code 2 for bad input."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("networks", nargs="*", default=["starter"], help="an .npz file, the id of a run, or starter")
    parser.add_argument("--strokes", type=Path, required=True, help="the recorded digits, JSON lines")
    arguments = parser.parse_args()
    try:
        digits = read_digits(arguments.strokes)
        networks = {Path(name).stem: Network.load(name) for name in arguments.networks}
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    for title, known in (("width of the pen known", True), ("width of the pen estimated", False)):
        print(f"Accuracy in % on {len(digits):,} drawn digits, {title}")
        print(accuracy_table(digits, networks, known).round(2).to_string(), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

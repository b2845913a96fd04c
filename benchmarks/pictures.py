"""How well pictures in various forms are read: how often all digits are found, and read correctly."""

from __future__ import annotations

import time
from statistics import median
from typing import NamedTuple

import numpy as np

from benchmarks.picture_forms import FORMS
from benchmarks.report import Table
from benchmarks.synthetic_digits import PictureGenerator, SyntheticPicture
from mnist_core.drawing.photo import read_picture
from mnist_core.errors import UserError
from mnist_core.network import Network
from mnist_core.text.words import percent

SURE = 0.8
"""Least confidence at which the Draw page calls a prediction sure."""

COLUMNS = ("", "pictures", "digits", "all found", "all right", "sure and wrong", "ms")


class PictureResult(NamedTuple):
    """Whether the number of digits is right, all digits are, and one is wrong although sure; and the time it took."""

    found: bool
    correct: bool
    sure_but_wrong: bool
    seconds: float


def measure(pictures: int, seed: int = 0) -> Table:
    """Generate `pictures` of each form, and return how the starter network reads them."""
    network, rows, totals = Network.load("starter"), [], np.zeros(5, dtype=int)
    for name, form in FORMS.items():
        generator = PictureGenerator(seed)
        synthetic = [form(generator) for _ in range(pictures)]
        results = [evaluate(network, picture) for picture in synthetic]
        counts = np.array([len(synthetic), sum(len(it.digits) for it in synthetic), *_counts(results)])
        totals += counts
        rows.append([name, *(f"{count:,}" for count in counts), f"{1000 * median(it.seconds for it in results):.0f}"])
    rows.append(["together", *(f"{count:,}" for count in totals), ""])
    note = (
        f"The starter network; pictures by chance, seed {seed}. A picture is right if all its digits are read right; "
        f"sure and wrong if one of its digits is wrong with a confidence of {percent(SURE, 0)} or more, and has "
        "the form of one. The time is the median from the file to the digits."
    )
    return Table("Pictures as people bring them", COLUMNS, rows, note)


def _counts(results: list[PictureResult]) -> tuple[int, int, int]:
    return sum(it.found for it in results), sum(it.correct for it in results), sum(it.sure_but_wrong for it in results)


def evaluate(network: Network, picture: SyntheticPicture) -> PictureResult:
    """Read one picture and compare the result with its digits."""
    start = time.perf_counter()
    try:
        digits = read_picture(picture.file).digits
    except UserError:
        return PictureResult(False, False, False, time.perf_counter() - start)
    seconds = time.perf_counter() - start
    probabilities = network.predict(np.stack([digit.image for digit in digits]))
    answer = "".join(str(row.argmax()) for row in probabilities)
    found = len(answer) == len(picture.digits)
    sure = [row.max() >= SURE and digit.legible for row, digit in zip(probabilities, digits, strict=True)]
    wrong = [not found or one != other for one, other in zip(answer, picture.digits.ljust(len(answer)), strict=False)]
    sure_but_wrong = any(s and w for s, w in zip(sure, wrong, strict=True))
    return PictureResult(found, answer == picture.digits, sure_but_wrong, seconds)

"""How well pictures are read in the forms that people bring: all digits found, read right, and surely wrong."""

from __future__ import annotations

import time
from statistics import median
from typing import NamedTuple

import numpy as np

from benchmarks.made_pictures import FORMS, Made, Maker
from benchmarks.report import Table
from mnist_core.drawing.photo import read_picture
from mnist_core.errors import UserError
from mnist_core.network import Network
from mnist_core.text.words import percent

SURE = 0.8
"""The confidence from which on the Draw page calls an answer sure."""

COLUMNS = ("", "pictures", "digits", "all found", "all right", "sure and wrong", "ms")


class Reading(NamedTuple):
    """How one picture was read: as many digits as there are, all of them right, one of them surely wrong; seconds."""

    found: bool
    right: bool
    surely_wrong: bool
    seconds: float


def measure(pictures: int, seed: int = 0) -> Table:
    """Make that many pictures of each form, and return how the starter network reads them."""
    network, rows, totals = Network.load("starter"), [], np.zeros(5, dtype=int)
    for name, form in FORMS.items():
        maker = Maker(seed)
        made = [form(maker) for _ in range(pictures)]
        readings = [read(network, picture) for picture in made]
        counts = np.array([len(made), sum(len(it.digits) for it in made), *_counts(readings)])
        totals += counts
        rows.append([name, *(f"{count:,}" for count in counts), f"{1000 * median(it.seconds for it in readings):.0f}"])
    rows.append(["together", *(f"{count:,}" for count in totals), ""])
    note = (
        f"The starter network; pictures by chance, seed {seed}. A picture is right if all its digits are read right; "
        f"sure and wrong if one of its digits is wrong with a confidence of {percent(SURE, 0)} or more, and has "
        "the form of one. The time is the median from the file to the digits."
    )
    return Table("Pictures as people bring them", COLUMNS, rows, note)


def _counts(readings: list[Reading]) -> tuple[int, int, int]:
    return sum(it.found for it in readings), sum(it.right for it in readings), sum(it.surely_wrong for it in readings)


def read(network: Network, made: Made) -> Reading:
    """Read one picture, and compare with what is in it."""
    start = time.perf_counter()
    try:
        digits = read_picture(made.file).digits
    except UserError:
        return Reading(False, False, False, time.perf_counter() - start)
    seconds = time.perf_counter() - start
    probabilities = network.predict(np.stack([digit.image for digit in digits]))
    answer = "".join(str(row.argmax()) for row in probabilities)
    found = len(answer) == len(made.digits)
    sure = [row.max() >= SURE and digit.legible for row, digit in zip(probabilities, digits, strict=True)]
    wrong = [not found or one != other for one, other in zip(answer, made.digits.ljust(len(answer)), strict=False)]
    return Reading(found, answer == made.digits, any(s and w for s, w in zip(sure, wrong, strict=True)), seconds)

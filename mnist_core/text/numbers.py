"""Parses all numbers that people type or put into an address. Any text is safe, however long.

Python's own `int` raises an error for more than 4,300 digits, and it accepts numbers that `float` or a database cannot
hold, which would fail later.
"""

from __future__ import annotations

import re

from mnist_core.errors import UserError
from mnist_core.text.escape import clean

LARGEST_ID = 2**31 - 1
"""The largest row id that every supported database can hold."""
MOST_DIGITS = 18
"""Most digits of a whole number: as many always fit into 64 bits."""


def parse_number(text: str) -> int | float:
    """Return the number in a text: an int if it is written as a whole number, else a float.

    A number that is too large for a float becomes infinity. Infinity and NaN ("nan") fail any check of limits. Raises
    `ValueError` if the text is not a number.
    """
    if re.fullmatch(rf"\s*[-+]?\d{{1,{MOST_DIGITS}}}\s*", text):
        return int(text)
    return float(text)


def parse_numbers(text: str) -> int | float | tuple[int | float, ...]:
    """Return the number in a text or, if commas separate several, all of them. Raises `ValueError`."""
    found = tuple(parse_number(word) for word in text.split(","))
    return found if len(found) > 1 else found[0]


def parse_whole(text: str) -> int:
    """Return the whole number in a text. Raises `ValueError` for any other text and for more than 18 digits."""
    value = parse_number(text)
    if not isinstance(value, int):
        raise ValueError(f"the app expects a whole number of at most {MOST_DIGITS} digits")
    return value


def parse_run(text: str) -> int:
    """Return the run number in a text. Raises `UserError` if no run can have that number."""
    value = parse_number(text)
    if not isinstance(value, int) or not 0 < value <= LARGEST_ID:
        raise UserError("There is no run {run}. The Compare page lists all runs.", run=clean(text, MOST_DIGITS))
    return value

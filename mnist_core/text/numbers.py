"""The one reader of numbers that people type or put into an address: no text is too long for it, none a traceback.

Python's own `int` refuses texts of more than 4,300 digits, and what it takes may be beyond what `float` or a database
can hold, which only shows later.
"""

from __future__ import annotations

import re

from mnist_core.errors import UserError
from mnist_core.text.escape import clean

LARGEST_ID = 2**31 - 1
"""The largest number of a row that every database can tell."""
MOST_DIGITS = 18
"""Of a whole number: as many fit into 64 bits."""


def parse_number(text: str) -> int | float:
    """Return the number in a text: an int if it is written as a whole number, else a float.

    What no float can hold is infinite; like "nan", which is taken as well, it is within no limits. Raises `ValueError`
    for what is no number.
    """
    if re.fullmatch(rf"\s*[-+]?\d{{1,{MOST_DIGITS}}}\s*", text):
        return int(text)
    return float(text)


def parse_whole(text: str) -> int:
    """Return the whole number in a text. Raises `ValueError` for any other text and for more than 18 digits."""
    value = parse_number(text)
    if not isinstance(value, int):
        raise ValueError(f"expected is a whole number of at most {MOST_DIGITS} digits")
    return value


def parse_run(text: str) -> int:
    """Return the number of a run that a text of digits names. Raises `UserError` for one that no run can have."""
    value = parse_number(text)
    if not isinstance(value, int) or not 0 < value <= LARGEST_ID:
        raise UserError(f"There is no run {clean(text, MOST_DIGITS)}. The Runs page lists all there are.")
    return value

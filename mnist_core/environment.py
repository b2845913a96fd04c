"""Reads and checks settings from environment variables: sizes and counts."""

from __future__ import annotations

import os
import re

from mnist_core.errors import UserError
from mnist_core.text.escape import quoted

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def size_setting(name: str, default: int, smallest: int) -> int:
    """Return the setting in bytes, such as "500 MB" or "5 GB". Raises `UserError` below `smallest` or for no size."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    found = re.fullmatch(r"(\d{1,15}(?:\.\d{1,15})?)\s*([A-Z]*)", text.upper(), flags=re.ASCII)
    size = float(found[1]) * _UNITS.get(found[2], 0) if found else 0
    if size < smallest:
        raise UserError(
            f'{name} must be a size of {in_megabytes(smallest)} or more, such as "500 MB" or "5 GB", '
            f"not {quoted(text)}."
        )
    return int(size)


def count_setting(name: str, default: int, counts: range) -> int:
    """Return the setting as a whole number. Raises `UserError` if it is none of `counts`."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"\d{1,9}", text, flags=re.ASCII) or int(text) not in counts:
        raise UserError(f"{name} must be a whole number from {counts[0]} to {counts[-1]:,}, not {quoted(text)}.")
    return int(text)


def in_megabytes(size: float) -> str:
    """Return a size in bytes in words, such as "250 MB" or "0.5 MB"."""
    megabytes = size / 1e6
    return f"{megabytes:,.0f} MB" if megabytes >= 10 else f"{megabytes:.2g} MB"

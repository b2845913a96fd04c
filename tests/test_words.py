"""One form for each kind of thing that people read: here, percentages."""

import re
from pathlib import Path

import pytest

from mnist_core.words import percent

PROJECT = Path(__file__).parents[1]
FORMAT_OF_PYTHON = re.compile(r"\{[^{}%]*:[^{}]*%\}")
DIGIT_AND_SIGN = re.compile(r"[\d}]%(?![\d(A-Za-z{%])")


@pytest.mark.parametrize(
    ("fraction", "digits", "text"),
    [
        (0, 1, "0.0 %"),
        (1e-9, 1, "<0.1 %"),
        (0.0005, 1, "0.1 %"),
        (0.5, 0, "50 %"),
        (0.9652, 2, "96.52 %"),
        (0.9994, 1, "99.9 %"),
        (0.99999, 1, ">99.9 %"),
        (0.999999, 2, ">99.99 %"),
        (0.999, 0, ">99 %"),
        (1, 1, "100.0 %"),
        (None, 2, "–"),
        (float("nan"), 2, "–"),
    ],
)
def test_percentages_have_one_form_and_never_claim_too_much(fraction, digits, text):
    assert percent(fraction, digits) == text


def test_nobody_writes_percentages_on_their_own():
    """Python's own format has no space: `percent` is for Python, and plot.js writes the formats of charts anew."""
    for folder in ("mnist_core", "pages", "scripts", "benchmarks", "soak"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = [it for it in FORMAT_OF_PYTHON.findall(line) if f"%{it}" not in line]
                assert not found, f"{path.name}:{number}: {line.strip()}"

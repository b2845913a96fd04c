"""The bars of all probabilities: what they show, and to whom."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pages.shared.probability_bars import probability_bars_html

DIGITS = "0123456789"


def rows_of(html: str) -> list[tuple[str, str, str, str]]:
    """Each row's class of CSS, name, share of the whole width, and percentage."""
    return re.findall(
        r'<div class="(\w*)"><span title=".*?">(.*?)</span><i style="--share: (.*?)"></i><span>(.*?)</span>', html
    )


def test_bars_single_out_the_largest_and_say_it_to_who_cannot_see_them():
    probabilities = np.array([0.0, 0.02, 0, 0.2, 0, 0, 0, 0.7, 0.08, 0], dtype=np.float32)
    html = probability_bars_html(probabilities, DIGITS)
    rows = rows_of(html)
    assert "".join(name for _kind, name, _share, _figure in rows) == DIGITS
    assert [row for row in rows if row[0]] == [("best", "7", "70.0%", "70.0 %")]
    assert [row[2:] for row in rows[1:4]] == [("2.0%", "2.0 %"), ("0.0%", "0.0 %"), ("20.0%", "20.0 %")]
    assert 'role="figure" aria-label="Most likely 7 (70.0 %), then 3 (20.0 %)."' in html


def test_of_equally_likely_classes_the_first_stands_out():
    html = probability_bars_html(np.array([0.2, 0.4, 0.4]), "abc")
    assert [kind for kind, *_others in rows_of(html)] == ["", "best", ""]
    assert "Most likely b (40.0 %), then c (40.0 %)." in html


def test_figures_next_to_all_or_nothing_say_so():
    assert [row[3] for row in rows_of(probability_bars_html(np.array([0.99999, 0.00001]), "ab"))] == [
        "&gt;99.9 %",
        "&lt;0.1 %",
    ]


def test_names_of_classes_cannot_carry_html():
    html = probability_bars_html(np.array([0.1, 0.9]), ("<b>", 'x" onmouseover="alert(1)'))
    assert "<b>" not in html
    assert 'x" onmouseover' not in html


@pytest.mark.parametrize(("classes", "many"), [(10, False), (26, True), (100, True)])
def test_many_classes_are_side_by_side(classes, many):
    html = probability_bars_html(np.full(classes, 1 / classes), [f"class {index}" for index in range(classes)])
    assert ('class="probability-bars many"' in html) is many
    assert len(rows_of(html)) == classes

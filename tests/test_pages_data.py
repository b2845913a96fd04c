"""The Data page, without a browser."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mnist_core.data import load_dataset
from tests.visits import OpenPage

DATA = "explore/data.py"


@pytest.fixture
def page(open_page) -> OpenPage:
    return open_page(DATA)


def pictures(page: OpenPage) -> list[str]:
    """The text alternatives of all pictures on the page, in their order."""
    grids = "".join(element.proto.body for element in page.app.get("html"))
    return re.findall(r'role="img" aria-label="([^"]*)"', grids)


def test_every_picture_has_a_text_alternative(page):
    found = pictures(page)
    assert "Image 0 of the training set, 5" in found
    assert {"The average 3", "Where images of 3 differ"} <= set(found)
    assert sum("Example" in text for text in found) == 120
    assert all(found)


def test_images_are_searched_by_class_and_place(page):
    sevens = np.flatnonzero(load_dataset().train_labels == 7)
    page.app.selectbox(key="data_class").select(7)
    page.rerun()
    page.type(f"Which of the {len(sevens):,}", 2)
    assert f"Image {sevens[2]} of the training set, 7" in pictures(page)


def test_typical_and_odd_images_are_those_of_the_chosen_class(page):
    page.app.selectbox(key="extremes_class").select(4)
    page.rerun()
    extremes = [text for text in pictures(page) if text.startswith(("Most like", "Least like"))]
    assert len(extremes) == 24
    assert all(text.endswith(", 4") for text in extremes)


def test_each_distortion_of_augment_is_shown_and_told(page):
    found = pictures(page)
    for name in ("turned", "slanted", "narrower, wider", "lower, higher", "moved sideways", "moved up and down"):
        assert f"The 5 {name}, as far as it goes, one way" in found
    assert "turned by 10°" in page.words
